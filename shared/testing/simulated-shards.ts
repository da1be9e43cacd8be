import type { ShardDirectory } from '../ports/shard-directory.ts';
import type { ShardProbe, ShardProbeResult } from '../ports/shard-probe.ts';
import type { Shard, ShardId } from '../watermarks/shard.ts';
import type { ShardProofKind } from '../watermarks/shard-proof.ts';

interface SimulatedShard {
  readonly shard: Shard;
  /** No event reaches it any more; what it holds may not be delivered yet. */
  isClosed: boolean;
  /** What stands behind its last delivered record. */
  behind: ShardProofKind;
}

/** The shards of an input stream on which a test decides what happens: which are open, and what is still undelivered. */
export class SimulatedShards implements ShardDirectory, ShardProbe {
  readonly #shards = new Map<ShardId, SimulatedShard>();

  constructor(names: readonly string[]) {
    for (const name of names) this.#open(name, []);
  }

  get ids(): readonly ShardId[] {
    return [...this.#shards.keys()];
  }

  /** The first open one. */
  get first(): string {
    return [...this.#shards.values()].find(({ isClosed }) => !isClosed)?.shard.id ?? '';
  }

  async list(): Promise<readonly Shard[]> {
    return [...this.#shards.values()].map(({ shard }) => shard);
  }

  async probe(shard: ShardId): Promise<ShardProbeResult> {
    return { kind: this.#shards.get(shard)?.behind ?? 'unknown' };
  }

  /** A shard delivers: it is anything but idle. */
  deliver(name: string): ShardId {
    const known = this.#known(name);
    if (known.behind === 'ended') throw new Error(`shard '${name}' is closed and drained: nothing can come from it; ${this.#openOnes()}`);
    known.behind = 'records';
    return known.shard.id;
  }

  /** Nothing stands behind the last delivered record of an open shard. */
  empty(name: string): void {
    const known = this.#known(name);
    if (known.isClosed) throw new Error(`shard '${name}' is closed: it does not become idle, it ends; ${this.#openOnes()}`);
    known.behind = 'empty';
  }

  /** Closes parents and opens their children. The parents still hold undelivered records until they {@link end}. */
  replace(parents: readonly string[], children: readonly string[]): void {
    const closing = parents.map((parent) => this.#known(parent));
    for (const { shard, isClosed } of closing) {
      if (isClosed) throw new Error(`shard '${shard.id}' is closed already; ${this.#openOnes()}`);
    }
    for (const closed of closing) {
      closed.isClosed = true;
      closed.behind = 'records';
    }
    for (const child of children)
      this.#open(
        child,
        closing.map(({ shard }) => shard.id),
      );
  }

  /** Everything on a closed shard has been delivered. */
  end(name: string): void {
    const known = this.#known(name);
    if (!known.isClosed) throw new Error(`shard '${name}' is open: split or merge it first; ${this.#openOnes()}`);
    known.behind = 'ended';
  }

  #open(name: string, parents: readonly ShardId[]): void {
    const id = name as ShardId;
    if (this.#shards.has(id)) throw new Error(`there is a shard '${name}' already; ${this.#openOnes()}`);
    this.#shards.set(id, { shard: { id, parents }, isClosed: false, behind: 'records' });
  }

  #known(name: string): SimulatedShard {
    const known = this.#shards.get(name as ShardId);
    if (known === undefined) throw new Error(`there is no shard '${name}'; ${this.#openOnes()}`);
    return known;
  }

  #openOnes(): string {
    const open = [...this.#shards.values()].filter(({ isClosed }) => !isClosed).map(({ shard }) => shard.id);
    return `open: ${open.join(', ')}`;
  }
}
