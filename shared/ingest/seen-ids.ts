import { ORIGIN, type Position } from '../log/position.ts';

/** The ids that one commit has let in, as hashes. */
interface SeenBatch {
  readonly position: Position;
  readonly arrivedToMs: number;
  readonly ids: Float64Array;
}

/**
 * The ids of the events that a shard's log has let in lately: what its commits say, as far as it is young enough. An id is known from the commit that let it in
 * until `withinMs` after the newest arrival in that commit, so a function that has just read the log and one that has written it know the same.
 */
export class SeenIds {
  readonly #withinMs: number;
  /** By id, the newest arrival in the commit that let it in last. */
  readonly #arrivals = new Map<number, number>();
  #batches: SeenBatch[] = [];
  #position: Position = ORIGIN;

  constructor(withinMs: number) {
    this.#withinMs = withinMs;
  }

  /** The last commit that is known here. */
  get position(): Position {
    return this.#position;
  }

  /** The oldest commit whose ids still count when others have arrived up to then. */
  from(arrivedToMs: number): Position | undefined {
    return this.#batches.find((batch) => batch.arrivedToMs >= arrivedToMs - this.#withinMs)?.position;
  }

  /** How many ids are kept. */
  get size(): number {
    return this.#arrivals.size;
  }

  has(id: number, arrivedAtMs: number): boolean {
    const seen = this.#arrivals.get(id);
    return seen !== undefined && arrivedAtMs - seen <= this.#withinMs;
  }

  /** Takes in what a commit has let in, and forgets what is too old beside it. Commits come in the order of their positions. */
  add(batch: SeenBatch): void {
    for (const id of batch.ids) this.#arrivals.set(id, batch.arrivedToMs);
    if (batch.ids.length > 0) this.#batches.push(batch);
    this.#position = batch.position;
    this.#forgetBefore(batch.arrivedToMs - this.#withinMs);
  }

  #forgetBefore(ms: number): void {
    const staying = this.#batches.findIndex(({ arrivedToMs }) => arrivedToMs >= ms);
    if (staying === 0) return;
    const leaving = staying === -1 ? this.#batches : this.#batches.slice(0, staying);
    for (const { ids, arrivedToMs } of leaving) for (const id of ids) if (this.#arrivals.get(id) === arrivedToMs) this.#arrivals.delete(id);
    this.#batches = staying === -1 ? [] : this.#batches.slice(staying);
  }
}
