import { createHash } from 'node:crypto';
import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { boundedOutOfOrderness, count, type Pane, pipeline, session, sliding, sum, tumbling } from 'mullion';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDiscardsHandler, type DiscardEvent } from '../../functions/discards/handler.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { controlStatus } from '../../shared/control/control-status.ts';
import { appendControl, requestControl } from '../../shared/control/request-control.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { type ObjectEngine, startS3rver } from '../engines/s3rver.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
  readonly amount: number;
}

const MINUTE_MS = 60_000;

const sales = pipeline<Sale>('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness('1m'),
  maxFutureSkew: '1m',
  windows: {
    minutes: { keyBy: ({ shop }) => shop, window: tumbling('1m'), aggregate: { total: sum(({ amount }) => amount) } },
    lately: { keyBy: ({ shop }) => shop, window: sliding('3m', '1m'), aggregate: { sales: count() } },
    visits: { keyBy: ({ shop }) => shop, window: session('2m', { maxDuration: '1h' }), aggregate: { sales: count() } },
  },
});

function deployed() {
  const store = new MemoryLogStore();
  const output = new MemoryPublisher();
  let nowMs = 0;
  const clock = { nowMs: () => nowMs++ };
  const ports = { logStore: store, clock, outputStream: output, sideStream: new MemoryPublisher() };
  return {
    store,
    clock,
    ingest: () => new Ingest(sales, ports),
    fire: () => new Fire(sales, { ...ports, shards: fixedShards(SHARD), shardProbe: busyShards }),
    panes: () => output.documents<Pane>(),
    bytes: () => output.records.map(({ json }) => json),
  };
}

/** Each arrives when it happened. */
function recordsOf(events: readonly Sale[], from = 1): InputRecord[] {
  return events.map((event, index) => delivered(from + index, JSON.stringify(event), event.at));
}

const sale = (minute: number, shop = 'a'): Sale => ({ at: minute * MINUTE_MS, shop, amount: 1 });

describe('of a batch that was given up', () => {
  test('windows that may have held it say so, in every pane, whoever fires, and later ones do not', async () => {
    const { store, ingest, fire, panes } = deployed();
    await ingest().ingest(SHARD, recordsOf([sale(0), sale(1)]));
    // Arrived at minute 10, and may say that it is of minute 11.
    await appendControl('sales', { kind: 'discard', shard: SHARD, records: 1, arrivedToMs: 10 * MINUTE_MS, noticedAtMs: 0 }, store);
    await fire().fire();
    await ingest().ingest(SHARD, recordsOf([sale(11), sale(12), sale(13), sale(14), sale(20)], 3));
    await fire().drain();
    const marked = (window: string) =>
      panes()
        .filter((pane) => pane.window === window)
        .map(({ start, isIncomplete = false }) => [start / MINUTE_MS, isIncomplete]);
    expect(marked('minutes')).toEqual([
      [0, true],
      [1, true],
      [11, true],
      [12, false],
      [13, false],
      [14, false],
      [20, false],
    ]);
    // With a sale of minute 11, or of any before, the visit from 11 to 16 might be a longer one; the next one begins too late for that.
    expect(marked('visits')).toEqual([
      [0, true],
      [11, true],
      [20, false],
    ]);
  });

  test('nothing is said by panes that left before it was known', async () => {
    const { store, ingest, fire, panes } = deployed();
    await ingest().ingest(SHARD, recordsOf([sale(0), sale(30)]));
    await fire().fire();
    const before = panes().length;
    await appendControl('sales', { kind: 'discard', shard: SHARD, records: 1, arrivedToMs: 0, noticedAtMs: 0 }, store);
    await fire().drain();
    expect(before).toBeGreaterThan(0);
    expect(panes().map(({ isIncomplete }) => isIncomplete ?? false)).toEqual(panes().map(() => false));
  });

  test('it is in the status, beside what was asked for, and is nothing to be obeyed', async () => {
    const { store, clock, ingest, fire } = deployed();
    await ingest().ingest(SHARD, recordsOf([sale(0)]));
    await fire().fire();
    await appendControl('sales', { kind: 'discard', shard: SHARD, records: 3, arrivedToMs: 5 * MINUTE_MS, noticedAtMs: 0 }, store);
    await requestControl('sales', 'pause', { logStore: store, clock });
    expect((await controlStatus('sales', store))?.pending).toMatchObject([{ action: 'pause', position: 2 }]);
    await fire().fire();
    expect(await controlStatus('sales', store)).toMatchObject({
      pending: [],
      lanes: [{ obeyed: 2, pausedSinceMs: expect.any(Number), incompleteTo: 6 * MINUTE_MS }],
    });
  });

  const anySale = fc.record({
    at: fc.integer({ min: 0, max: 40 * 6 }).map((tenSeconds) => tenSeconds * 10_000),
    shop: fc.constantFrom('a', 'b'),
    amount: fc.integer({ min: 1, max: 9 }),
  });

  test('whatever differs from what all events make says that it is incomplete', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySale, { minLength: 1, maxLength: 25 }), fc.nat(), fc.nat(), async (events, from, length) => {
        const arrived = events.toSorted((a, b) => a.at - b.at);
        const first = from % arrived.length;
        const lost = recordsOf(arrived).slice(first, first + 1 + (length % 4));
        const whole = deployed();
        await whole.ingest().ingest(SHARD, recordsOf(arrived));
        await whole.fire().drain();
        const expected = new Set(whole.panes().map((pane) => saidBy(pane)));

        const { store, ingest, fire, panes } = deployed();
        const kept = recordsOf(arrived).filter(({ sequenceNumber }) => lost.every((each) => each.sequenceNumber !== sequenceNumber));
        await ingest().ingest(SHARD, kept);
        const arrivedToMs = lost.at(-1)?.arrivedAtMs ?? 0;
        await appendControl('sales', { kind: 'discard', shard: SHARD, records: lost.length, arrivedToMs, noticedAtMs: 0 }, store);
        await fire().drain();
        for (const pane of panes()) if (!expected.has(saidBy(pane))) expect(pane).toMatchObject({ isIncomplete: true });
      }),
    );
  });
});

function saidBy({ window, key, start, end, count: events, value }: Pane): string {
  return JSON.stringify([window, key, start, end, events, value]);
}

describe('the function on the bucket', () => {
  let s3: ObjectEngine;
  beforeAll(async () => {
    s3 = await startS3rver();
  });
  afterAll(async () => s3.stop());

  const KEY = `aws/lambda/5a1c/${SHARD}/2026/03/01/2026-03-01T12.00.00-0b2f`;
  const created = (key: string) => ({ detail: { object: { key } } }) as DiscardEvent;

  async function put(key: string, text: string): Promise<void> {
    const bytes = Buffer.from(text);
    const address = `${s3.bucket}/${key.split('/').map(encodeURIComponent).join('/')}`;
    await s3.open().put(address, bytes, createHash('sha256').update(bytes).digest('hex'));
  }

  /** As Lambda writes it, with what it wanted to deliver. */
  const written = JSON.stringify({
    requestContext: { requestId: 'r', functionArn: 'arn', condition: 'RetryAttemptsExhausted', approximateInvokeCount: 3 },
    version: '1.0',
    timestamp: '2026-03-01T12:00:00.000Z',
    KinesisBatchInfo: {
      shardId: SHARD,
      startSequenceNumber: '1',
      endSequenceNumber: '2',
      approximateArrivalOfFirstRecord: '2026-03-01T11:58:00Z',
      approximateArrivalOfLastRecord: '2026-03-01T11:59:00Z',
      batchSize: 2,
      streamArn: 'arn:aws:kinesis:us-east-1:111111111111:stream/orders',
    },
    payload: '{"Records":[]}',
  });

  function handlerOf({ store, clock }: ReturnType<typeof deployed>) {
    const handler = createDiscardsHandler(sales, { logStore: store, clock, objects: s3.open(), at: s3.bucket });
    return async (key: string) => handler(created(key), {} as Context);
  }

  test('notes it for fire, and being told twice changes nothing', async () => {
    const deployment = deployed();
    await deployment.ingest().ingest(SHARD, recordsOf([sale(0)]));
    await put(KEY, written);
    const note = handlerOf(deployment);
    await note(KEY);
    await note(KEY);
    await deployment.fire().drain();
    expect((await controlStatus('sales', deployment.store))?.lanes).toMatchObject([
      { incompleteTo: Date.parse('2026-03-01T11:59:00Z') + MINUTE_MS },
    ]);
    expect(deployment.panes().every(({ isIncomplete }) => isIncomplete === true)).toBe(true);
    expect(deployment.bytes().every((json) => json.includes('"isIncomplete":true,"epoch":{'))).toBe(true);
  });

  test('fails, so that it is told again, where there is no such object, or it is another', async () => {
    const note = handlerOf(deployed());
    await expect(note(`${KEY}-gone`)).rejects.toThrow(/-gone is not there, or may not be read/);
    await put(`${KEY}-other`, '{"KinesisBatchInfo":{}}');
    await expect(note(`${KEY}-other`)).rejects.toThrow(/it is no batch that an event source mapping gave up: KinesisBatchInfo/);
  });
});
