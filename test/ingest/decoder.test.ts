import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { boundedOutOfOrderness, count, pipeline, type RecordFacts, sum, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { InputOptions } from '../../shared/pipeline/input-declaration.ts';
import { aggregated } from '../fixtures/aggregated.ts';
import { delivered, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

const ARRIVED_AT_MS = 200_000;

interface Reading {
  readonly at: number;
  readonly amount: number;
}

/** Eight bytes an event: a time and an amount. */
function encoded(...events: readonly Reading[]): Buffer {
  const bytes = Buffer.alloc(events.length * 8);
  for (const [index, { at, amount }] of events.entries()) {
    bytes.writeUInt32BE(at, index * 8);
    bytes.writeInt32BE(amount, index * 8 + 4);
  }
  return bytes;
}

function decodeAll(bytes: Uint8Array): Reading[] {
  if (bytes.length % 8 !== 0) throw new RangeError(`${bytes.length} bytes are no readings`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / 8 }, (_, index) => ({ at: view.getUint32(index * 8), amount: view.getInt32(index * 8 + 4) }));
}

function readings({ decode = decodeAll, ...input }: InputOptions<Reading> = {}) {
  return pipeline<Reading>()('readings', {
    decode,
    ...input,
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness('1m'),
    windows: { all: { keyBy: () => 'all', window: tumbling('1m'), aggregate: { n: count(), total: sum(({ amount }) => amount) } } },
  });
}

async function ingested(definition: ReturnType<typeof readings>, records: readonly InputRecord[]) {
  const deployment = new MemoryDeployment();
  const { counts } = await new Ingest(definition, deployment.ports).ingest(SHARD, records);
  return { counts, refusals: deployment.refusals as RecordRefusal[], side: deployment.side };
}

const one = { at: 1_000, amount: 5 };

describe('a decoder', () => {
  test('makes events of bytes, and the windows count them', async () => {
    const driver = new TestDriver(readings());
    await driver.send([encoded(one, { at: 2_000, amount: -2 }), encoded({ at: 61_000, amount: 7 })]);
    expect((await driver.drain()).map(({ start, value }) => [start, value])).toEqual([
      [0, { n: 2, total: 3 }],
      [60_000, { n: 1, total: 7 }],
    ]);
  });

  test('is told of the record that the bytes came in, of an aggregated one the partition key in it', async () => {
    const told: RecordFacts[] = [];
    const definition = readings({ decode: (bytes, record) => (told.push(record), decodeAll(bytes)), aggregation: 'kpl' });
    const together = await aggregated([{ partitionKey: 'own', data: encoded(one) }]);
    await ingested(definition, [delivered(1, encoded(one), ARRIVED_AT_MS), delivered(2, together, ARRIVED_AT_MS)]);
    expect(told).toEqual([
      { partitionKey: 'partition 1', sequenceNumber: sequenceNumber(1), arrivedAtMs: ARRIVED_AT_MS },
      { partitionKey: 'own', sequenceNumber: sequenceNumber(2), arrivedAtMs: ARRIVED_AT_MS },
    ]);
  });

  test('is given what was unzipped', async () => {
    const { counts } = await ingested(readings({ compression: 'gzip' }), [delivered(1, gzipSync(encoded(one, one)), ARRIVED_AT_MS)]);
    expect(counts).toMatchObject({ read: 2, folded: 2 });
  });

  test('may find that a record holds nothing, which is then in no count', async () => {
    const { counts } = await ingested(readings(), [delivered(1, '', ARRIVED_AT_MS), delivered(2, encoded(one), ARRIVED_AT_MS)]);
    expect(counts).toMatchObject({ read: 1, folded: 1, invalid: 0 });
  });

  test.each<[what: string, decode: NonNullable<InputOptions<Reading>['decode']>, message: string]>([
    ['throws', decodeAll, 'decode threw RangeError: 3 bytes are no readings'],
    [
      'gives nothing',
      (bytes) => (bytes.length === 3 ? undefined : decodeAll(bytes)) as never,
      'decode gave undefined; needed: an event, or a list of events',
    ],
    [
      'gives a promise',
      (bytes) => (bytes.length === 3 ? Promise.resolve([]) : decodeAll(bytes)) as never,
      'decode gave a promise; needed: an event',
    ],
  ])('that %s refuses that record alone, with its bytes', async (_what, decode, message) => {
    const { counts, refusals } = await ingested(readings({ decode }), [
      delivered(1, encoded(one), ARRIVED_AT_MS),
      delivered(2, 'abc', ARRIVED_AT_MS),
      delivered(3, encoded(one), ARRIVED_AT_MS),
    ]);
    expect(counts).toEqual({ read: 3, folded: 2, filtered: 0, late: 0, invalid: 1 });
    expect(refusals).toMatchObject([
      { id: `${SHARD}:${sequenceNumber(2)}`, reason: { code: 'decode' }, data: Buffer.from('abc').toString('base64') },
    ]);
    expect(refusals[0]?.reason.message).toContain(message);
  });

  test('of one in an aggregated record costs its sender alone', async () => {
    const together = await aggregated(
      [encoded(one), Buffer.from('abc'), encoded(one)].map((data, index) => ({ partitionKey: `${index}`, data })),
    );
    const { counts, refusals } = await ingested(readings({ aggregation: 'kpl' }), [delivered(1, together, ARRIVED_AT_MS)]);
    expect(counts).toMatchObject({ read: 3, folded: 2, invalid: 1 });
    expect(refusals).toMatchObject([
      { id: `${SHARD}:${sequenceNumber(1)}:1`, partitionKey: '1', data: Buffer.from('abc').toString('base64') },
    ]);
  });

  test('gives as many events as a record may hold, and not one more', async () => {
    const decode = (bytes: Uint8Array) => Array.from({ length: Number(Buffer.from(bytes).toString()) }, () => one);
    const definition = readings({ decode });
    expect((await ingested(definition, [delivered(1, '100', ARRIVED_AT_MS)])).counts.folded).toBe(100);
    const { counts, refusals } = await ingested(definition, [delivered(1, '101', ARRIVED_AT_MS)]);
    expect([counts.invalid, refusals[0]?.reason]).toEqual([
      1,
      { code: 'packed', message: 'the record holds more than 100 events, or lines' },
    ]);
  });
});

describe('an event that was decoded and is refused', () => {
  const late = { at: 4_000_000_000, amount: 1 };

  test('has its place in the record, and the bytes of all of it', async () => {
    const record = delivered(1, encoded(one, late, one), ARRIVED_AT_MS);
    const { counts, refusals } = await ingested(readings(), [record]);
    expect(counts).toMatchObject({ read: 3, folded: 2, invalid: 1 });
    expect(refusals).toMatchObject([{ id: `${SHARD}:${sequenceNumber(1)}:1`, reason: { code: 'future' }, data: record.data }]);
  });

  test('among very many leaves with the others, as the record: what is refused stays bounded', async () => {
    const record = delivered(1, encoded(...Array.from({ length: 20_000 }, () => late)), ARRIVED_AT_MS);
    const { counts, refusals, side } = await ingested(readings(), [record]);
    expect(counts.invalid).toBe(20_000);
    expect(refusals.reduce((told, { events }) => told + (events?.count ?? 1), 0)).toBe(20_000);
    expect(side.records.reduce((length, { json }) => length + json.length, 0)).toBeLessThan(3 * record.data.length);
  });
});

test('any bytes are decoded or refused, every event is in one count, and what is refused is there with its bytes', async () => {
  const anyRecord = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.array(fc.record({ at: fc.nat(300_000), amount: fc.integer({ min: -9, max: 9 }) }), { maxLength: 5 }).map((some) => encoded(...some)),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(anyRecord, { minLength: 1, maxLength: 8 }), async (payloads) => {
      const records = payloads.map((bytes, index) => delivered(index + 1, bytes, ARRIVED_AT_MS));
      const { counts, refusals } = await ingested(readings(), records);
      expect(conservationDifference(counts)).toBe(0);
      expect(counts.read).toBe(payloads.reduce((sum_, { length }) => sum_ + (length % 8 === 0 ? length / 8 : 1), 0));
      expect(refusals).toHaveLength(counts.invalid);
      const raw = new Map(records.map(({ sequenceNumber: number, data }) => [String(number), data]));
      for (const { id, data } of refusals) expect(data).toBe(raw.get(id.split(':')[1] as string));
    }),
    { numRuns: 200 },
  );
});

test('an object cannot be sent to a test driver whose pipeline decodes bytes', async () => {
  await expect(new TestDriver(readings()).send([one])).rejects.toThrow(
    `pipeline 'readings' does not read JSON alone: send what stands on its stream, as Uint8Array or text`,
  );
});
