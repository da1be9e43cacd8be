import type { Pane } from '../pipeline/pane.ts';
import type { ConsumerMemory, MemoryChange, Remembered } from '../ports/consumer-memory.ts';
import { ShardMemory } from './shard-memory.ts';

// Every lost race means that another function has noted what it handled; more than a few in a row are not a race.
export const RACES_MAX = 10;

/** Of a pane, what tells it from a repeat. */
export type PlacedPane = Pick<Pane, 'pipeline' | 'epoch'>;

/** One batch of a shard: the panes that are new, until they are noted as handled. */
export class PaneTurn<P extends PlacedPane = Pane> {
  /** The panes that have not been handled before, in their order. */
  readonly fresh: readonly P[];
  /** For every pane of the batch, whether it is among the fresh ones. */
  readonly isFresh: readonly boolean[];
  readonly #memory: ConsumerMemory;
  readonly #shard: string;
  readonly #before: Remembered;

  /** @param before What the shard's memory holds; revision 0 when that is nothing. */
  constructor(memory: ConsumerMemory, shard: string, before: Remembered, panes: readonly P[]) {
    this.#memory = memory;
    this.#shard = shard;
    this.#before = before;
    const trial = new ShardMemory(before);
    this.isFresh = panes.map((pane) => trial.take(pane));
    this.fresh = panes.filter((_pane, index) => this.isFresh[index]);
  }

  /**
   * The write that notes fresh panes as handled, for whoever makes it in one transaction with their effect. It fails when another has written since this
   * turn began; then nothing of the transaction happens, and the batch must be delivered again.
   *
   * @param handled How many of the fresh panes, from the first on. Default: all.
   */
  change(handled = this.fresh.length): MemoryChange {
    return this.#changeFrom(this.#before, handled);
  }

  /**
   * Notes fresh panes as handled, after their effect. When it throws, that may or may not be noted.
   *
   * @param handled How many of them, from the first on. Default: all.
   */
  async settle(handled = this.fresh.length): Promise<void> {
    if (handled === 0) return;
    let before = this.#before;
    for (let race = 0; race < RACES_MAX; race++) {
      if ((await this.#memory.write(this.#changeFrom(before, handled))) === 'written') return;
      before = (await this.#memory.read(this.#shard)) ?? { ...this.#before, revision: 0 };
    }
    throw lostTooOften(this.#shard);
  }

  #changeFrom(before: Remembered, handled: number): MemoryChange {
    const next = new ShardMemory(before);
    // What is there may be another's who knew less, of the shard's parents say.
    next.takeAll(this.#before);
    for (const pane of this.fresh.slice(0, handled)) next.take(pane);
    return { shard: this.#shard, remembered: next.next() };
  }
}

/** Other functions, time and again, were faster. */
export function lostTooOften(shard: string): Error {
  return new Error(
    `shard '${shard}': the consumer's memory was written by others ${RACES_MAX} times in a row; does every consumer have a name of its own, and its event source mapping a parallelization factor of 1?`,
  );
}
