import { expect, test } from 'vitest';
import { batchLength, isBatchDue, splitByAge } from '../../../local/event-source-mapping/batch.ts';
import { mappingConfiguration } from '../../../local/event-source-mapping/configuration.ts';
import { deliverableRecord, kinesisEvent } from '../../../local/event-source-mapping/kinesis-event.ts';
import { PAYLOAD_BYTES_MAX } from '../../../local/lambda/invocation.ts';
import { batchOf, recordsOf, STREAM_ARN, sequenceNumbersOf } from './records.ts';

test('a batch holds as many records as the batch size allows', () => {
  const configuration = mappingConfiguration({ batchSize: 3 });
  expect(batchLength(recordsOf(2), configuration)).toBe(2);
  expect(batchLength(recordsOf(3), configuration)).toBe(3);
  expect(batchLength(recordsOf(4), configuration)).toBe(3);
});

test('a batch is cut where its JSON would pass 6 MB', () => {
  const configuration = mappingConfiguration({ batchSize: 10_000 });
  const records = recordsOf(9_000, 300);
  const length = batchLength(records, configuration);
  const bytesOf = (count: number) => JSON.stringify(kinesisEvent(records.slice(0, count))).length;
  expect(bytesOf(length)).toBeLessThanOrEqual(PAYLOAD_BYTES_MAX);
  expect(bytesOf(length + 1)).toBeGreaterThan(PAYLOAD_BYTES_MAX);
});

test('a record that is too large on its own is still a batch: it must not block the shard unseen', () => {
  expect(batchLength(recordsOf(2, 5 * 1024 * 1024), mappingConfiguration())).toBe(1);
});

test('the payload of a record is the length of its JSON in bytes', () => {
  for (const partitionKey of ['plain', 'with "quotes"', 'käse 🧀', '\u0000']) {
    const data = new TextEncoder().encode('payload of some length');
    const record = deliverableRecord(
      { shardId: 'shardId-000000000007', sequenceNumber: '49'.repeat(28), partitionKey, data, arrivedAtMs: 1_700_000_000_123 },
      STREAM_ARN,
    );
    expect(record.payloadBytes).toBe(Buffer.byteLength(JSON.stringify(record.event)));
  }
});

test('a batch waits for its window unless it is full or the shard has ended', () => {
  const configuration = mappingConfiguration({ batchSize: 3, batchWindowMs: 100 });
  const isDue = (count: number, waitedMs: number, ended = false) =>
    isBatchDue({ records: recordsOf(count), waitedMs, ended }, configuration);
  expect(isDue(0, 500)).toBe(false);
  expect(isDue(0, 500, true)).toBe(false);
  expect(isDue(2, 99)).toBe(false);
  expect(isDue(2, 100)).toBe(true);
  expect(isDue(3, 0)).toBe(true);
  expect(isDue(2, 0, true)).toBe(true);
});

test('a batch that is full by its payload does not wait', () => {
  const configuration = mappingConfiguration({ batchSize: 10_000, batchWindowMs: 100 });
  const records = recordsOf(3, 3 * 1024 * 1024);
  expect(isBatchDue({ records, waitedMs: 0, ended: false }, configuration)).toBe(true);
});

const split = (maximumRecordAgeSeconds: number, nowMs: number) => {
  const { expired, live } = splitByAge(batchOf(3), nowMs, mappingConfiguration({ maximumRecordAgeSeconds }));
  return [expired, live].map((batch) => batch && sequenceNumbersOf(batch));
};

test('records past the maximum age are split off', () => {
  expect(split(60, 60_000)).toEqual([undefined, '1 2 3']);
  expect(split(60, 60_001)).toEqual(['1', '2 3']);
  expect(split(60, 62_001)).toEqual(['1 2 3', undefined]);
  expect(split(-1, 1e12)).toEqual([undefined, '1 2 3']);
});
