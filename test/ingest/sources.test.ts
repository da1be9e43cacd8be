import { count, perSource, pipeline, punctuated, boundedOutOfOrderness, tumbling } from 'mullion';
import { expect, test } from 'vitest';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { decodeCommitHeader } from '../../shared/log/commit.ts';
import { shardLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Order {
  readonly at: number;
  readonly source?: unknown;
  readonly upTo?: unknown;
  readonly isHeartbeat?: boolean;
}

const orders = pipeline<Order>('orders', {
  timestamp: ({ at }) => at,
  watermark: perSource<Order>(({ source }) => source as string, {
    shop: boundedOutOfOrderness('1s'),
    depot: punctuated<Order>(({ upTo }) => upTo as number | undefined),
  }),
  filter: ({ isHeartbeat = false }) => !isHeartbeat,
  maxFutureSkew: '1m',
  windows: { all: { keyBy: () => 'all', window: tumbling('1h'), aggregate: { orders: count() } } },
});

const NOW_MS = 10_000_000;

/** What a batch leaves: its commit, and why records were refused. */
async function commitOf(batch: readonly Order[]) {
  const logStore = new MemoryLogStore();
  const sideStream = new MemoryPublisher();
  const ingest = new Ingest(orders, { logStore, sideStream, clock: { nowMs: () => NOW_MS } });
  const records = batch.map((order, index) => delivered(index + 1, JSON.stringify(order), NOW_MS + index));
  await ingest.ingest(SHARD, records);
  const [entry] = await logStore.read(shardLog('orders', SHARD), ORIGIN);
  const { clocks, counts } = decodeCommitHeader(entry as NonNullable<typeof entry>);
  return { clocks, counts, reasons: sideStream.documents<RecordRefusal>().map(({ reason }) => reason) };
}

test('every source has its own clock: by its event times, or by its markers', async () => {
  const { clocks } = await commitOf([
    { at: 5_000, source: 'shop' },
    { at: 9_000, source: 'depot' },
    { at: 4_000, source: 'shop' },
    { at: 8_000, source: 'depot', upTo: 7_000 },
    { at: 8_000, source: 'depot', upTo: 6_000 },
  ]);
  expect(clocks).toEqual({
    shop: { time: 5_000, arrivedAtMs: NOW_MS + 2 },
    depot: { time: 7_000, arrivedAtMs: NOW_MS + 4 },
  });
});

test('a heartbeat is filtered and moves the clock of its source all the same', async () => {
  const { clocks, counts } = await commitOf([
    { at: 5_000, source: 'shop', isHeartbeat: true },
    { at: 5_000, source: 'depot', upTo: 4_000, isHeartbeat: true },
  ]);
  expect(clocks).toMatchObject({ shop: { time: 5_000 }, depot: { time: 4_000 } });
  expect(counts).toMatchObject({ read: 2, filtered: 2 });
});

test.each([
  ['a source that the pipeline does not name', { at: 1, source: 'mill' }, 'source', "its source is 'mill'; the pipeline names shop, depot"],
  ['no source', { at: 1 }, 'source', 'its source is undefined; the pipeline names shop, depot'],
  [
    'a marker that is no time',
    { at: 1, source: 'depot', upTo: '7' },
    'watermark',
    "watermark gave '7'; needed: whole milliseconds since 1970",
  ],
  ['a time from the future', { at: NOW_MS + 60_001, source: 'shop' }, 'future', 'its time lies 60001 ms beyond its arrival'],
  [
    'a marker from the future',
    { at: 1, source: 'depot', upTo: NOW_MS + 60_001 },
    'future',
    'its watermark lies 60001 ms beyond its arrival',
  ],
])('%s is refused, and no clock of any source moves', async (_what, order, code, message) => {
  const { clocks, counts, reasons } = await commitOf([order]);
  expect(clocks).toEqual({});
  expect(counts).toMatchObject({ read: 1, invalid: 1 });
  expect(reasons).toMatchObject([{ code, message: expect.stringContaining(message) }]);
});
