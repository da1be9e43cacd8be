import type { KinesisStreamEvent } from 'aws-lambda';
import { expect, test } from 'vitest';
import { recordsByShard } from '../../functions/ingest/kinesis-event.ts';
import { OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';

test('a record of an event keeps its number as text, its bytes as base64, its key, and its arrival to the millisecond', () => {
  const number = '49590338271490256608559692538361571095921575989136588898';
  const event = kinesisEvent([
    { shard: SHARD, sequenceNumber: number, data: '{"ü":1}', partitionKey: 'ü', approximateArrivalTimestamp: 1_545_084_650.987 },
  ]);
  expect([...recordsByShard(event)]).toEqual([
    [SHARD, [{ sequenceNumber: number, partitionKey: 'ü', arrivedAtMs: 1_545_084_650_987, data: 'eyLDvCI6MX0=', encoding: 'base64' }]],
  ]);
});

test.each([
  [1_700_000_000.001, 1_700_000_000_001],
  [1_700_000_000.9876, 1_700_000_000_988],
  [1_700_000_000, 1_700_000_000_000],
])('an arrival at second %d is whole milliseconds', (seconds, ms) => {
  const event = kinesisEvent([{ shard: SHARD, sequenceNumber: '1', data: '', approximateArrivalTimestamp: seconds }]);
  expect(recordsByShard(event).get(SHARD)?.[0]?.arrivedAtMs).toBe(ms);
});

test('records are kept apart by shard, each shard’s in the order of the event', () => {
  const records = ['1', '2', '3', '4', '5'].map((sequenceNumber, index) => ({
    shard: index % 2 === 0 ? SHARD : OTHER_SHARD,
    sequenceNumber,
    data: '{}',
  }));
  const byShard = recordsByShard(kinesisEvent(records));
  expect([...byShard].map(([shard, some]) => [shard, some.map((record) => record.sequenceNumber)])).toEqual([
    [SHARD, ['1', '3', '5']],
    [OTHER_SHARD, ['2', '4']],
  ]);
});

test('an event without records has no shards', () => {
  expect(recordsByShard({ Records: [] } satisfies KinesisStreamEvent).size).toBe(0);
});
