import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { Clock } from '../../shared/ports/clock.ts';
import type { ShardProbeResult } from '../../shared/ports/shard-probe.ts';
import type { Shard, ShardId } from '../../shared/watermarks/shard.ts';
import type { Random } from '../simulation/random.ts';

export interface SimulatedShard extends Shard {
  readonly records: InputRecord[];
  readonly children: Shard[];
  isClosed: boolean;
  /** A firing has succeeded that had heard of its end: it runs every minute, and retention is a day at least. */
  isNoted: boolean;
  /** Records that are known to be committed. */
  acknowledged: number;
  /** Producers put nothing on it before, and delivery takes nothing from it before. */
  silentUntilMs: number;
  lagsUntilMs: number;
}

const FIRST_SEQUENCE_NUMBER = 10 ** 15;
const START_MS = 1_000_000_000_000;

/** A stream in virtual time: shards that split, merge and vanish; what it says of itself may be old. */
export class SimulatedStream {
  nowMs = START_MS;
  readonly clock: Clock = { nowMs: () => this.nowMs };
  readonly shards = new Map<ShardId, SimulatedShard>();
  readonly #random: Random;
  /** All that `list` has ever shown, the newest last. */
  readonly #lists: (readonly Shard[])[] = [];
  readonly #vanished = new Set<ShardId>();
  /** Whether the end of a closed shard names its children, as Kinesis does and an emulator does not. */
  readonly #namesChildren: boolean;
  #records = 0;

  constructor(random: Random, shardCount: number) {
    this.#random = random;
    this.#namesChildren = random.chance(0.5);
    for (let index = 0; index < shardCount; index++) this.#create([]);
    this.#lists.push(this.#listed());
  }

  get open(): SimulatedShard[] {
    return [...this.shards.values()].filter(({ isClosed }) => !isClosed);
  }

  put(shard: SimulatedShard, data: string): void {
    const sequenceNumber = String(FIRST_SEQUENCE_NUMBER + this.#records++) as SequenceNumber;
    shard.records.push({ sequenceNumber, partitionKey: 'any', arrivedAtMs: this.nowMs, data, encoding: 'utf8' });
  }

  split(parent: SimulatedShard): void {
    this.#succeed([parent], 2);
  }

  merge(a: SimulatedShard, b: SimulatedShard): void {
    this.#succeed([a, b], 1);
  }

  /** Retention passes over a closed shard. */
  expire(): void {
    const [shard] = [...this.shards.values()].filter(
      ({ id, isNoted, acknowledged, records }) => isNoted && acknowledged === records.length && !this.#vanished.has(id),
    );
    if (shard === undefined) return;
    this.#vanished.add(shard.id);
    this.#lists.push(this.#listed());
  }

  list(isStale: boolean): readonly Shard[] {
    const back = isStale ? this.#random.below(3) : 0;
    return this.#lists.at(-1 - Math.min(back, this.#lists.length - 1)) ?? [];
  }

  /** How many records were ever put. */
  get recordCount(): number {
    return this.#records;
  }

  /** @param until As it was when so many records had been put. */
  probe(id: ShardId, after: SequenceNumber | undefined, until = this.#records): ShardProbeResult {
    const shard = this.shards.get(id);
    if (shard === undefined || this.#vanished.has(id)) return { kind: 'gone' };
    const isBehind = ({ sequenceNumber }: InputRecord) =>
      (after === undefined || sequenceNumber > after) && Number(sequenceNumber) - FIRST_SEQUENCE_NUMBER < until;
    if (shard.records.some(isBehind)) return { kind: 'records' };
    if (!shard.isClosed) return { kind: 'empty' };
    return this.#namesChildren ? { kind: 'ended', children: shard.children } : { kind: 'ended' };
  }

  #succeed(parents: readonly SimulatedShard[], count: number): void {
    for (const parent of parents) parent.isClosed = true;
    for (let index = 0; index < count; index++) {
      const { id } = this.#create(parents.map((parent) => parent.id));
      for (const parent of parents) parent.children.push({ id, parents: parents.map((each) => each.id) });
    }
    this.#lists.push(this.#listed());
  }

  #create(parents: readonly ShardId[]): SimulatedShard {
    const id = `shardId-${String(this.shards.size).padStart(12, '0')}` as ShardId;
    const shard = {
      id,
      parents,
      records: [],
      children: [],
      isClosed: false,
      isNoted: false,
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
