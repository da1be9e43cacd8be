import { boundedOutOfOrderness, pipeline, sum, tumbling } from 'mullion';
import { busyShards } from '../../../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../../../shared/firing/fire.ts';
import type { FireReport } from '../../../../shared/firing/fire-report.ts';
import type { InputRecord } from '../../../../shared/ingest/input-record.ts';
import { Ingest } from '../../../../shared/ingest/ingest.ts';
import { type CommitHeader, decodeCommitHeader } from '../../../../shared/log/commit.ts';
import { type ShardId, shardLog } from '../../../../shared/log/keys.ts';
import { ORIGIN } from '../../../../shared/log/position.ts';
import type { SequenceNumber } from '../../../../shared/log/sequence-number.ts';
import { explain } from '../../../../shared/provenance/explain.ts';
import type { Explanation } from '../../../../shared/provenance/explanation.ts';
import { Interrupted, InterruptedStore, once } from '../../../fixtures/interrupted-store.ts';

export interface Order {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly item: string;
  readonly cups: number;
}

export const BOUND_S = 10;

const orders = pipeline<Order>('orders', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(`${BOUND_S}s`),
  windows: { perMinute: { keyBy: ({ item }) => item, window: tumbling('1m'), aggregate: { cups: sum(({ cups }) => cups) } } },
});

/** One delivery of records, numbered from 1 on their shard, and what came of it. */
export interface Delivery {
  readonly first: number;
  readonly last: number;
  readonly outcome: 'answered' | 'killed after its append';
  /** Records that it found committed. */
  readonly alreadyCommitted: number;
  /** Position of its commit; absent when it appended none. */
  readonly commit?: number;
}

export interface ShardHistory {
  readonly shard: ShardId;
  readonly records: readonly Order[];
  readonly deliveries: readonly Delivery[];
  readonly commits: readonly CommitHeader[];
}

/** How one window came about: everything in it is what the code did, none of it is made up. */
export interface WindowHistory {
  readonly shards: readonly ShardHistory[];
  /** A firing that came too early. */
  readonly early: FireReport;
  readonly explanation: Explanation;
  /** The pane as often as it was published, byte by byte. */
  readonly copies: readonly string[];
}

const NOON_MS = Date.UTC(2026, 0, 5, 12);
const ARRIVED_AT_MS = NOON_MS + 90_000;

/** `21 s after noon, two cups of tea`. */
function ordered(second: number, item: string, cups: number): Order {
  return { at: NOON_MS + second * 1000, item, cups };
}

const RECORDS: ReadonlyMap<ShardId, readonly Order[]> = new Map([
  [
    'shard-0' as ShardId,
    [ordered(5, 'tea', 2), ordered(21, 'tea', 1), ordered(17, 'coffee', 1), ordered(48, 'tea', 3), ordered(76, 'tea', 1)],
  ],
  ['shard-1' as ShardId, [ordered(12, 'tea', 2), ordered(58, 'coffee', 1), ordered(51, 'tea', 1), ordered(81, 'coffee', 2)]],
]);
const [SHARD_0, SHARD_1] = [...RECORDS.keys()] as [ShardId, ShardId];
const PANE_ID = `orders:perMinute:${NOON_MS}-${NOON_MS + 60_000}:tea:0`;

/** Runs the engine, with a few things going wrong, until a window has fired. */
export async function runHistory(): Promise<WindowHistory> {
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  const sideStream = new MemoryPublisher();
  // Every look at the clock is a moment later.
  let nowMs = ARRIVED_AT_MS;
  const clock = { nowMs: () => nowMs++ };
  const deliveries = new Map<ShardId, Delivery[]>([...RECORDS.keys()].map((shard) => [shard, []]));

  const lastCommit = async (shard: ShardId) => (await store.last(shardLog('orders', shard)))?.position ?? ORIGIN;
  const deliver = async (shard: ShardId, first: number, last: number, logStore = new InterruptedStore(store)) => {
    const before = await lastCommit(shard);
    const ingest = new Ingest(orders, { logStore, sideStream, clock });
    const delivery = { first, last, outcome: 'answered', alreadyCommitted: 0 } as const;
    try {
      const { counts, alreadyCommitted } = await ingest.ingest(shard, recordsOf(shard, first, last));
      const commit = counts.read > 0 ? { commit: await lastCommit(shard) } : {};
      deliveries.get(shard)?.push({ ...delivery, alreadyCommitted, ...commit });
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
      const commit = await lastCommit(shard);
      deliveries.get(shard)?.push({ ...delivery, outcome: 'killed after its append', ...(commit > before ? { commit } : {}) });
    }
  };
  const fire = (logStore = new InterruptedStore(store)) =>
    new Fire(orders, { logStore, outputStream: output, sideStream, shards: fixedShards(...RECORDS.keys()), shardProbe: busyShards, clock });

  await deliver(SHARD_0, 1, 3);
  await deliver(SHARD_0, 2, 5);
  await deliver(SHARD_1, 1, 2, new InterruptedStore(store, once('append orders#shard#', 'after')));
  await deliver(SHARD_1, 1, 2);
  const early = await fire().fire();
  await Promise.all([deliver(SHARD_1, 3, 4), deliver(SHARD_1, 3, 4)]);
  // Killed between the epoch and the panes; the next one between the panes and the note that they are out.
  await expectKilled(fire(new InterruptedStore(store, once('append orders#epochs', 'after'))));
  await expectKilled(fire(new InterruptedStore(store, once('append orders#published', 'before'))));
  await fire().fire();

  return {
    shards: await Promise.all(
      [...RECORDS].map(async ([shard, records]) => ({
        shard,
        records,
        deliveries: deliveries.get(shard) ?? [],
        commits: (await store.read(shardLog('orders', shard), ORIGIN)).map(decodeCommitHeader),
      })),
    ),
    early,
    explanation: await explain(orders, store, PANE_ID),
    copies: output.records.map(({ json }) => json).filter((json) => json.includes(PANE_ID)),
  };
}

function recordsOf(shard: ShardId, first: number, last: number): InputRecord[] {
  const records = RECORDS.get(shard) ?? [];
  return records.slice(first - 1, last).map((order, index) => ({
    sequenceNumber: String(first + index) as SequenceNumber,
    partitionKey: order.item,
    arrivedAtMs: ARRIVED_AT_MS,
    data: JSON.stringify(order),
    encoding: 'utf8',
  }));
}

async function expectKilled(fire: Fire): Promise<void> {
  try {
    await fire.fire();
  } catch (error) {
    if (error instanceof Interrupted) return;
    throw error;
  }
  throw new Error('it was to be killed, and was not');
}
