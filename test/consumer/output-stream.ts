import type { PanePlace } from 'mullion';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { Random } from '../simulation/random.ts';

/** Of a pane, what telling repeats needs; `bucket` stands for the hash of its key. */
export interface StreamPane {
  readonly pipeline: string;
  readonly epoch: PanePlace;
  readonly bucket: number;
}

interface OutputShard extends Shard {
  /** Buckets `[from, to)`. */
  readonly from: number;
  readonly to: number;
  readonly panes: StreamPane[];
  isOpen: boolean;
}

const BUCKETS = 16;
const REQUEST_PANES = 4;

/**
 * The output stream of a pipeline as fire functions leave it that are killed, are two at a time, or wake up long after: an epoch is begun only when the
 * one before is on the stream as a whole, and everything else may happen. Shards are split and merged meanwhile.
 */
export class OutputStream implements ShardDirectory {
  readonly shards: OutputShard[] = [];
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
    this.#open(0, BUCKETS, []);
  }

  async list(): Promise<readonly Shard[]> {
    return this.shards;
  }

  /** Fires epochs of random sizes; the panes, each once. */
  fire(pipeline: string, epochs: number): StreamPane[] {
    const all: StreamPane[][] = [];
    for (let position = 1; position <= epochs; position++) {
      const size = 1 + this.#random.below(20);
      const epoch = Array.from({ length: size }, (_, index) => ({
        pipeline,
        epoch: { position, index },
        bucket: this.#random.below(BUCKETS),
      }));
      all.push(epoch);
      while (this.#random.chance(0.4)) this.#publish(epoch.slice(0, this.#random.below(epoch.length + 1)));
      this.#publish(epoch);
      // One that was paused while others went on, and still believes that it is due.
      if (this.#random.chance(0.2)) {
        const old = this.#random.pick(all);
        this.#publish(old.slice(this.#random.below(old.length)));
      }
    }
    return all.flat();
  }

  /** Requests one after the other; what a request did not take at once follows before the next. */
  #publish(panes: readonly StreamPane[]): void {
    for (let from = 0; from < panes.length; from += REQUEST_PANES) {
      let left = panes.slice(from, from + REQUEST_PANES);
      while (left.length > 0) {
        if (this.#random.chance(0.05)) this.#reshard();
        const refused = left.filter(() => this.#random.chance(0.2));
        for (const pane of left) if (!refused.includes(pane)) this.#shardOf(pane).panes.push(pane);
        left = refused;
      }
    }
  }

  #shardOf({ bucket }: StreamPane): OutputShard {
    return this.shards.find(({ from, to, isOpen }) => isOpen && from <= bucket && bucket < to) as OutputShard;
  }

  #reshard(): void {
    const open = this.shards.filter(({ isOpen }) => isOpen).toSorted((a, b) => a.from - b.from);
    const at = this.#random.below(open.length);
    const [shard, next] = [open[at] as OutputShard, open[at + 1]];
    if (next !== undefined && this.#random.chance(0.5)) {
      shard.isOpen = false;
      next.isOpen = false;
      this.#open(shard.from, next.to, [shard.id, next.id]);
    } else if (shard.to - shard.from > 1) {
      const middle = shard.from + 1 + this.#random.below(shard.to - shard.from - 1);
      shard.isOpen = false;
      this.#open(shard.from, middle, [shard.id]);
      this.#open(middle, shard.to, [shard.id]);
    }
  }

  #open(from: number, to: number, parents: readonly ShardId[]): void {
    this.shards.push({ id: `shardId-${this.shards.length}` as ShardId, parents, from, to, panes: [], isOpen: true });
  }
}
