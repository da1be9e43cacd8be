import type { Commit } from '../log/commit.ts';
import { addByWindow, addCounts, type CountsByWindow, NO_RECORDS, type RecordCounts } from '../log/counts.ts';
import type { Cut, EpochHeader, ShardCut } from '../log/epoch.ts';
import type { ShardId } from '../log/keys.ts';
import type { Pane } from '../pipeline/pane.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { LateRefusal } from '../log/refusal.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import { OperatorState } from './operator-state.ts';

/** What leaves when the watermark moves. */
export interface Departure {
  readonly panes: readonly Pane[];
  readonly refusals: readonly LateRefusal[];
  /** Windows whose state went. */
  readonly closed: number;
}

/**
 * Everything that firing knows: a pure function of the logs. The same commits, cut by the same epochs, give the same state and the same
 * panes, whoever computes them and however often.
 *
 * What is late is judged by the watermark of the last epoch, not by one that only this process has seen: so a process that starts from the
 * logs judges alike.
 */
export class FiringState {
  readonly #operators: readonly OperatorState[];
  readonly #cut = new Map<ShardId, ShardCut>();
  #epoch: Position = ORIGIN;
  #watermark: EventTime = BEGINNING_OF_TIME;
  #counts: RecordCounts = NO_RECORDS;
  #lateByWindow: CountsByWindow = {};
  #panesFired = 0;
  #refusals: LateRefusal[] = [];

  constructor(pipeline: Pipeline<never>) {
    this.#operators = pipeline.operators.map((operator) => new OperatorState(pipeline.name, operator));
  }

  /** The last epoch. */
  get epoch(): Position {
    return this.#epoch;
  }

  /** The watermark of the last epoch. */
  get watermark(): EventTime {
    return this.#watermark;
  }

  get counts(): RecordCounts {
    return this.#counts;
  }

  get lateByWindow(): CountsByWindow {
    return this.#lateByWindow;
  }

  get panesFired(): number {
    return this.#panesFired;
  }

  get openWindows(): number {
    return this.#operators.reduce((sum, operator) => sum + operator.openWindows, 0);
  }

  get shards(): readonly ShardId[] {
    return [...this.#cut.keys()];
  }

  cutOf(shard: ShardId): ShardCut | undefined {
    return this.#cut.get(shard);
  }

  get cut(): Cut {
    return Object.fromEntries([...this.#cut].toSorted(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** The epoch from which on the logs must be read again for the state after the epoch that comes next. */
  get replayFrom(): Position {
    const next = nextPosition(this.#epoch);
    return this.#operators.reduce(
      (from, { firstEpoch }) => (firstEpoch !== undefined && firstEpoch <= from ? ((firstEpoch - 1) as Position) : from),
      next,
    );
  }

  /** Takes in the next commit of a shard. */
  absorb(commit: Commit, position: Position): void {
    const next = nextPosition(this.#epoch);
    for (const delta of commit.deltas) {
      const operator = this.#operators.find(({ name }) => name === delta.window);
      this.#refusals.push(...(operator?.absorb(delta, commit, position, this.#watermark, next) ?? []));
    }
    this.#cut.set(commit.shard, { position, last: commit.last, ...(commit.clock === undefined ? {} : { clock: commit.clock }) });
    this.#counts = addCounts(this.#counts, commit.counts);
    this.#lateByWindow = addByWindow(this.#lateByWindow, commit.lateByWindow);
  }

  /**
   * What leaves at a watermark, in the order in which it is published: by end of window, then in the order of the definition, then by key.
   * When nothing leaves, nothing has changed, and no epoch is due. Otherwise {@link settle} must follow.
   */
  depart(watermark: EventTime): Departure {
    const departures = this.#operators.map((operator) => operator.advance(this.#watermark, watermark));
    const panes = departures.flatMap((departure) => departure.panes).sort((a, b) => a.end - b.end);
    return { panes, refusals: this.#refusals, closed: departures.reduce((sum, { closed }) => sum + closed, 0) };
  }

  /** The header's part of the epoch that {@link depart} makes due. */
  totalsAfter(departure: Departure): Pick<EpochHeader, 'cut' | 'replayFrom' | 'counts' | 'lateByWindow' | 'panesFired'> {
    return {
      cut: this.cut,
      replayFrom: this.replayFrom,
      counts: this.#counts,
      lateByWindow: departure.refusals.reduce<CountsByWindow>(
        (sum, { window, count }) => addByWindow(sum, { [window]: count }),
        this.#lateByWindow,
      ),
      panesFired: this.#panesFired + departure.panes.length,
    };
  }

  /** The epoch stands in the log: what left has left, and what comes is judged by its watermark. */
  settle(position: Position, epoch: EpochHeader): void {
    this.#epoch = position;
    this.#watermark = epoch.watermark;
    this.#counts = epoch.counts;
    this.#lateByWindow = epoch.lateByWindow;
    this.#panesFired = epoch.panesFired;
    this.#refusals = [];
    for (const [shard, cut] of Object.entries(epoch.cut) as [ShardId, ShardCut][]) this.#cut.set(shard, cut);
  }
}
