import type { Pane } from '../pipeline/pane.ts';
import type { Remembered } from '../ports/consumer-memory.ts';
import { SeenPanes } from './seen-panes.ts';

/** What a consumer has seen on one shard, of every pipeline whose panes are there. */
export class ShardMemory {
  /** Every lane of a pipeline counts its epochs for itself: `pipeline`, `pipeline#1`, `pipeline#2` … */
  readonly #byPipeline = new Map<string, SeenPanes>();
  /** As it was read. */
  readonly #revision: number;

  constructor(remembered: Remembered = { revision: 0, byPipeline: new Map() }) {
    this.#revision = remembered.revision;
    this.takeAll(remembered);
  }

  /** Notes a pane; whether it is seen for the first time. */
  take({ pipeline, epoch }: Pick<Pane, 'pipeline' | 'epoch'>): boolean {
    return this.#of(epoch.lane === undefined ? pipeline : `${pipeline}#${epoch.lane}`).take(epoch);
  }

  /** Notes what another has seen on the same shard, or on a parent of it. */
  takeAll({ byPipeline }: Pick<Remembered, 'byPipeline'>): void {
    for (const [pipeline, seen] of byPipeline) this.#of(pipeline).takeAll(seen);
  }

  /** As it is to be stored in place of what was read. */
  next(): Remembered {
    return {
      revision: this.#revision + 1,
      byPipeline: new Map([...this.#byPipeline].map(([pipeline, seen]) => [pipeline, seen.toStored()])),
    };
  }

  #of(pipeline: string): SeenPanes {
    let seen = this.#byPipeline.get(pipeline);
    if (seen === undefined) {
      seen = new SeenPanes();
      this.#byPipeline.set(pipeline, seen);
    }
    return seen;
  }
}
