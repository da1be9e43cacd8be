import type { PanesOf, Pipeline } from '../pipeline/pipeline.ts';
import type { ConsumerMemory, Remembered } from '../ports/consumer-memory.ts';
import type { ShardDirectory } from '../ports/shard-directory.ts';
import { lostTooOften, PaneTurn, type PlacedPane, RACES_MAX } from './pane-turn.ts';
import { ProcessMemory } from './process-memory.ts';
import { ShardMemory } from './shard-memory.ts';

/** How {@link dropRepeats} knows what was seen. */
export interface DropRepeatsOptions {
  /** Where what has been handled is remembered. Default: in the process, and forgotten with it. */
  readonly memory?: ConsumerMemory;
  /**
   * The shards of the output stream. Asked only for a shard of which nothing is remembered: it then begins with what is remembered of its parents. Without
   * it, repeats of what was published just before a reshard of the output stream are not recognised.
   */
  readonly shards?: ShardDirectory;
}

/** The list of the output stream's shards lacks one that was delivered: it is from before a reshard. Deliver the batch again. */
export class UnlistedShardError extends Error {
  override readonly name = 'UnlistedShardError';

  constructor(shard: string) {
    super(
      `shard '${shard}' is not among those that the stream lists: the list is old, or of another stream; deliver the batch again, and give the directory of the stream that the panes come from`,
    );
  }
}

/**
 * Tells new panes from repeats, shard by shard, as long as the batches of a shard come one after the other: with a parallelization factor of 1.
 *
 * Whatever it drops has been handled. What it may let through twice depends on the memory and on when it is told, as `docs/CONSUMING.md` says.
 *
 * ```ts
 * const repeats = dropRepeats<typeof flights>();
 * const turn = await repeats.open(shardId, panes);
 * for (const pane of turn.fresh) await handle(pane);
 * await turn.settle();
 * ```
 */
export function dropRepeats<P = Pipeline>(options: DropRepeatsOptions = {}): RepeatFilter<PanesOf<P> & PlacedPane> {
  return new RepeatFilter(options);
}

/** Lets each pane of an output stream through once. */
export class RepeatFilter<P extends PlacedPane> {
  readonly #memory: ConsumerMemory;
  readonly #shards: ShardDirectory | undefined;

  constructor({ memory = new ProcessMemory(), shards }: DropRepeatsOptions) {
    this.#memory = memory;
    this.#shards = shards;
  }

  /**
   * Begins with a batch. Nothing counts as handled until the turn is settled, so a batch that fails may be delivered again.
   *
   * @param shard Of the output stream.
   * @param panes In the order of the shard.
   * @throws {UnlistedShardError} when nothing is remembered of the shard, and the directory does not know it.
   */
  async open(shard: string, panes: readonly P[]): Promise<PaneTurn<P>> {
    return new PaneTurn(this.#memory, shard, (await this.#memory.read(shard)) ?? (await this.#inherited(shard)), panes);
  }

  /** Begins with a batch, and notes its new panes as handled before anybody has. A crash, or an error, after this loses them for this consumer. */
  async claim(shard: string, panes: readonly P[]): Promise<PaneTurn<P>> {
    for (let race = 0; race < RACES_MAX; race++) {
      const turn = await this.open(shard, panes);
      if (turn.fresh.length === 0 || (await this.#memory.write(turn.change())) === 'written') return turn;
    }
    throw lostTooOften(shard);
  }

  /** What a new shard begins with. Its parents have been read to their end before it, so what is older than the newest of them is a repeat. */
  async #inherited(shard: string): Promise<Remembered> {
    const memory = new ShardMemory();
    const listed = await this.#shards?.list();
    const lineage = new Map<string, readonly string[]>(listed?.map(({ id, parents }) => [id, parents]));
    if (listed !== undefined && !lineage.has(shard)) throw new UnlistedShardError(shard);
    const ancestors = [...(lineage.get(shard) ?? [])];
    for (const ancestor of ancestors) {
      const remembered = await this.#memory.read(ancestor);
      // One that nothing was on has left it to its own parents.
      if (remembered === undefined) ancestors.push(...(lineage.get(ancestor) ?? []));
      else memory.takeAll(remembered);
    }
    return { ...memory.next(), revision: 0 };
  }
}
