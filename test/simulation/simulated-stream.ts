import type { Lane } from '../../shared/pipeline/lane.ts';
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { ShardRecord } from '../../local/kinesis/shard-reader.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { ShardProofKind } from '../../shared/watermarks/shard-proof.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { World } from './world.ts';

export interface SimulatedShard extends Shard {
  /** Its part of all hash keys, which go from 0 to 1. */
  readonly hashKeys: HashKeys;
  readonly records: ShardRecord[];
  readonly children: Shard[];
  isClosed: boolean;
  closedAtMs: number;
  /** Lanes in which a firing has succeeded that had heard of its end. */
  readonly notedBy: Set<Lane>;
  /** Records that the mapping takes for done. */
  acknowledged: number;
  /** Producers put nothing on it before, and delivery takes nothing from it before. */
  silentUntilMs: number;
  lagsUntilMs: number;
}

interface HashKeys {
  readonly from: number;
  /** Not included. */
  readonly to: number;
}

const FIRST_SEQUENCE_NUMBER = 10 ** 15;

/** A Kinesis stream: shards that split, merge and vanish; what it says of itself may be old. */
export class SimulatedStream {
  readonly shards = new Map<ShardId, SimulatedShard>();
  /** Whether the end of a closed shard names its children, as Kinesis does and an emulator does not. */
  readonly namesChildren: boolean;
  readonly name: string;
  readonly #world: World;
  /** All that `list` has ever shown, the newest last. */
  readonly #lists: (readonly Shard[])[] = [];
  readonly #vanished = new Set<ShardId>();
  readonly #lanes: number;
  readonly #unheardOfAfterMs: number;
  readonly #waiting = new Set<() => void>();
  #records = 0;
  #lastPutAtMs: number;

  /**
   * @param lanes How many fire functions learn of its shards from its list.
   * @param unheardOfAfterMs How long after its end a shard may vanish that a firing has not heard of.
   */
  constructor(world: World, name: string, shardCount: number, lanes = 1, unheardOfAfterMs = Number.POSITIVE_INFINITY) {
    this.#world = world;
    this.#lanes = lanes;
    this.#unheardOfAfterMs = unheardOfAfterMs;
    this.name = name;
    this.#lastPutAtMs = world.time.nowMs;
    this.namesChildren = world.random.chance(0.5);
    for (let index = 0; index < shardCount; index++) this.#create([], { from: index / shardCount, to: (index + 1) / shardCount });
    this.#lists.push(this.#listed());
  }

  get open(): SimulatedShard[] {
    return [...this.shards.values()].filter(({ isClosed }) => !isClosed);
  }

  /** The open shard that takes a partition key, or the hash key that is given in its place. */
  shardOf(partitionKey: string, explicitHashKey?: string): SimulatedShard {
    const hashed = createHash('md5').update(partitionKey).digest().readUInt32BE();
    const hashKey = (explicitHashKey === undefined ? hashed : Number(BigInt(explicitHashKey) >> 96n)) / 2 ** 32;
    return this.open.find(({ hashKeys: { from, to } }) => from <= hashKey && hashKey < to) as SimulatedShard;
  }

  /** How long nothing has been put. */
  get silentForMs(): number {
    return this.#world.time.nowMs - this.#lastPutAtMs;
  }

  /** How many records were ever put. */
  get recordCount(): number {
    return this.#records;
  }

  get isDelivered(): boolean {
    return [...this.shards.values()].every(({ acknowledged, records }) => acknowledged === records.length);
  }

  /** @returns Where it stands. */
  put(shard: SimulatedShard, data: string | Uint8Array, partitionKey = 'any'): SequenceNumber {
    const sequenceNumber = String(FIRST_SEQUENCE_NUMBER + this.#records++) as SequenceNumber;
    shard.records.push({
      shardId: shard.id,
      sequenceNumber,
      partitionKey,
      data: Buffer.from(data),
      arrivedAtMs: this.#world.time.nowMs,
    });
    this.#lastPutAtMs = this.#world.time.nowMs;
    this.#changed();
    return sequenceNumber;
  }

  /** Splits a shard, or merges it with the one beside it. */
  reshard(shard: SimulatedShard): void {
    const { from, to } = shard.hashKeys;
    const beside = this.open.find(({ hashKeys }) => hashKeys.from === to || hashKeys.to === from);
    if (beside !== undefined && this.#world.random.chance(0.5)) {
      this.#succeed([shard, beside], [{ from: Math.min(from, beside.hashKeys.from), to: Math.max(to, beside.hashKeys.to) }]);
    } else {
      const middle = (from + to) / 2;
      this.#succeed(
        [shard],
        [
          { from, to: middle },
          { from: middle, to },
        ],
      );
    }
  }

  /** Retention passes over a closed shard. */
  expire(): void {
    const shard = [...this.shards.values()].find(
      ({ id, isClosed, acknowledged, records, ...each }) =>
        isClosed && acknowledged === records.length && !this.#vanished.has(id) && this.#mayVanish(each),
    );
    if (shard === undefined) return;
    this.#world.trace.note(this.name, `${shard.id} vanishes`);
    this.#vanished.add(shard.id);
    this.#lists.push(this.#listed());
  }

  /** Unheard of, no shard vanishes before its parents: it has ended after them. */
  #mayVanish({ notedBy, closedAtMs, parents }: Pick<SimulatedShard, 'notedBy' | 'closedAtMs' | 'parents'>): boolean {
    const isHeardOf = notedBy.size === this.#lanes;
    const wasLong = this.#world.time.nowMs - closedAtMs > this.#unheardOfAfterMs;
    return isHeardOf || (wasLong && parents.every((parent) => this.#vanished.has(parent)));
  }

  /** @param isOld As it was some changes ago. */
  list(isOld: boolean): readonly Shard[] {
    const back = isOld ? this.#world.random.below(3) : 0;
    return this.#lists.at(-1 - Math.min(back, this.#lists.length - 1)) ?? [];
  }

  hasVanished(id: ShardId): boolean {
    return !this.shards.has(id) || this.#vanished.has(id);
  }

  /** Records behind one. */
  after(id: ShardId, last: string | undefined): readonly ShardRecord[] {
    const records = this.shards.get(id)?.records ?? [];
    return last === undefined ? records : records.filter(({ sequenceNumber }) => sequenceNumber > last);
  }

  /** What stands behind a record, as it was when so many had been put. */
  standing(id: ShardId, last: string | undefined, recordsThen: number): ShardProofKind {
    if (this.hasVanished(id)) return 'gone';
    const behind = this.after(id, last).filter(({ sequenceNumber }) => Number(sequenceNumber) - FIRST_SEQUENCE_NUMBER < recordsThen);
    if (behind.length > 0) return 'records';
    return this.shards.get(id)?.isClosed === true ? 'ended' : 'empty';
  }

  /** Resolves when something is put, or a shard changes. */
  async change(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  #changed(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #succeed(parents: readonly SimulatedShard[], parts: readonly HashKeys[]): void {
    this.#world.faults.count('reshard');
    for (const parent of parents) {
      parent.isClosed = true;
      parent.closedAtMs = this.#world.time.nowMs;
    }
    for (const part of parts) {
      const { id } = this.#create(
        parents.map((parent) => parent.id),
        part,
      );
      for (const parent of parents) parent.children.push({ id, parents: parents.map((each) => each.id) });
    }
    this.#lists.push(this.#listed());
    const children = parents[0]?.children.map(({ id }) => id).join(' ');
    this.#world.trace.note(this.name, `${parents.map(({ id }) => id).join(' ')} → ${children}`);
    this.#changed();
  }

  #create(parents: readonly ShardId[], hashKeys: HashKeys): SimulatedShard {
    const id = `shardId-${String(this.shards.size).padStart(12, '0')}` as ShardId;
    const shard: SimulatedShard = {
      id,
      parents,
      hashKeys,
      records: [],
      children: [],
      isClosed: false,
      closedAtMs: Number.POSITIVE_INFINITY,
      notedBy: new Set(),
      acknowledged: 0,
      silentUntilMs: 0,
      lagsUntilMs: 0,
    };
    this.shards.set(id, shard);
    return shard;
  }

  #listed(): readonly Shard[] {
    return [...this.shards.values()].filter(({ id }) => !this.#vanished.has(id)).map(({ id, parents }) => ({ id, parents }));
  }
}
