import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { settleWorkload } from '../../shared/cost/workload.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { NO_SNAPSHOTS } from '../../shared/firing/snapshot-policy.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { shardLog } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import { CountingStore } from '../counting-store.ts';
import type { Round } from '../cpu.ts';
import { NOON_MS } from '../measurements.ts';
import { randomFrom } from '../random.ts';
import { keyOf, type Order, orderAt, ordersOf } from './orders.ts';
import { onReferenceCore } from './reference-core.ts';
import { FIRST_SEQUENCE_NUMBER } from '../kinesis-batch.ts';

/** In microseconds, as `onReferenceCore` says. */
export interface FiringTimes {
  readonly invocation: number;
  readonly commit: number;
  readonly row: number;
  readonly pane: number;
}

const ROUNDS = 2;
const EVENTS = 7_800;
const FEW_KEYS = 500;
// So many that hardly one comes twice in a batch.
const MANY_KEYS = EVENTS * 20;
const CALLS = 100;
const COMMITS = 20;
const SHARD = 'shardId-000000000000' as ShardId;
const QUIET = { publish: async () => {} };
const orders = ordersOf(settleWorkload({ rate: 1, keys: 1, eventBytes: 200, window: '1d' }));

/** On memory: what the calls of services take comes on top. */
export async function firingTimes(): Promise<FiringTimes> {
  const [few, many] = [await firingsOf(FEW_KEYS), await firingsOf(MANY_KEYS)];
  const [idle = 0, fewIn = 0, manyIn = 0, manyOut = 0] = await onReferenceCore([few.idle, few.absorb, many.absorb, many.leave], ROUNDS);
  const invocation = idle / CALLS;
  const row = (manyIn - fewIn) / COMMITS / (many.rows - few.rows);
  return { invocation, commit: Math.max(0, fewIn / COMMITS - few.rows * row), row, pane: (manyOut - manyIn) / many.panes };
}

interface Firings {
  /** Of a commit, on average. */
  readonly rows: number;
  readonly panes: number;
  readonly idle: Round;
  /** Takes in all commits, of one window. */
  readonly absorb: Round;
  /** Likewise, and everything leaves. */
  readonly leave: Round;
}

async function firingsOf(keys: number): Promise<Firings> {
  const random = randomFrom(keys);
  const batches = Array.from({ length: COMMITS }, () =>
    Array.from({ length: EVENTS }, () => orderAt(NOON_MS, keyOf('id', Math.floor(random() * keys)), random)),
  );
  const store = await committed(batches);
  const cold = (logStore: LogStore) =>
    new Fire(
      orders,
      {
        logStore,
        outputStream: QUIET,
        sideStream: QUIET,
        shards: fixedShards(SHARD),
        shardProbe: busyShards,
        clock: { nowMs: () => NOON_MS },
      },
      { snapshots: NO_SNAPSHOTS },
    );
  const idle = cold(new CountingStore());
  const distinct = (some: readonly Order[]) => new Set(some.map(({ key }) => key)).size;
  return {
    rows: batches.reduce((sum, batch) => sum + distinct(batch), 0) / COMMITS,
    panes: distinct(batches.flat()),
    idle: () => async () => {
      for (let call = 0; call < CALLS; call++) await idle.fire();
    },
    absorb: () => {
      const fire = cold(store);
      return () => fire.fire();
    },
    leave: () => {
      const fire = cold(store);
      return async () => {
        await fire.fire();
        await fire.drain();
      };
    },
  };
}

/** A shard's log of these batches, which takes whatever is appended to others and forgets it. */
async function committed(batches: readonly (readonly Order[])[]): Promise<LogStore> {
  const memory = new MemoryLogStore();
  const ingest = new Ingest(orders, { logStore: memory, sideStream: QUIET, clock: { nowMs: () => NOON_MS } });
  let next = FIRST_SEQUENCE_NUMBER;
  for (const batch of batches) {
    const records = batch.map((order) => ({
      sequenceNumber: String(next++) as SequenceNumber,
      partitionKey: 'any',
      arrivedAtMs: NOON_MS,
      data: JSON.stringify(order),
      encoding: 'utf8' as const,
    }));
    await ingest.ingest(SHARD, records);
  }
  const own = shardLog(orders.name, SHARD);
  return {
    append: async () => ({ kind: 'appended' }),
    read: async (log, after) => (log === own ? memory.read(log, after) : []),
    last: async () => undefined,
  };
}
