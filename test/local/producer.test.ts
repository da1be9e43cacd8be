import {
  ExpiredIteratorException,
  type PutRecordsInput,
  type PutRecordsOutput,
  type PutRecordsResultEntry,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { readStream } from '../../local/stream-reader.ts';
import { injectFaults } from './faulty-kinesis.ts';

let aws: LocalAws;
let streamName: string;
let streamCount = 0;

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());

beforeEach(async () => {
  streamCount += 1;
  streamName = `events-${streamCount}`;
  await createStream(aws.kinesis, { streamName, shardCount: 2 });
});

function* events(count: number): Generator<StreamEvent> {
  for (let index = 0; index < count; index += 1) yield { partitionKey: `key ${index % 7}`, data: String(index) };
}

/** What is on the stream, per partition key in the order of the stream. */
async function onStream(): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { partitionKey, data } of readStream({ kinesis: aws.kinesis, streamName, endAtTip: true })) {
    found.set(partitionKey, [...(found.get(partitionKey) ?? []), Buffer.from(data).toString()]);
  }
  return found;
}

function sorted(found: Map<string, string[]>): number[] {
  return [...found.values()]
    .flat()
    .map(Number)
    .toSorted((a, b) => a - b);
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

const isRefused = (index: number) => index % 3 === 0;
const busy = () => Promise.reject(new ProvisionedThroughputExceededException({ message: 'Rate exceeded', $metadata: {} }));
const expired = () => Promise.reject(new ExpiredIteratorException({ message: 'Iterator expired.', $metadata: {} }));

test('every event is on the stream, once and in the order of its key', async () => {
  const progress: number[] = [];
  const counts = await produce(
    { kinesis: aws.kinesis, streamName, onProgress: ({ sentCount }) => progress.push(sentCount) },
    events(1_300),
  );
  expect(counts).toEqual({ sentCount: 1_300, retriedCount: 0 });
  expect(progress).toEqual([500, 1_000, 1_300]);
  const found = await onStream();
  expect(sorted(found)).toEqual(upTo(1_300));
  for (const texts of found.values()) {
    const values = texts.map(Number);
    expect(values).toEqual(values.toSorted((a, b) => a - b));
  }
});

test('only the entries that were refused are put again, before anything that follows', async () => {
  injectFaults(aws.kinesis, 'PutRecordsCommand', [
    async (input, proceed) => {
      const { Records: all = [] } = input as PutRecordsInput;
      (input as PutRecordsInput).Records = all.filter((_, index) => !isRefused(index));
      const { Records: taken = [] } = (await proceed()) as PutRecordsOutput;
      const results: PutRecordsResultEntry[] = all.map((_, index) =>
        isRefused(index)
          ? { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' }
          : (taken[index - Math.floor(index / 3) - 1] as PutRecordsResultEntry),
      );
      return { FailedRecordCount: 167, Records: results };
    },
  ]);
  const counts = await produce({ kinesis: aws.kinesis, streamName }, events(600));
  expect(counts).toEqual({ sentCount: 600, retriedCount: 167 });
  const found = await onStream();
  expect(sorted(found)).toEqual(upTo(600));
  // The second batch of 100 came after the last of the retries of the first.
  for (const texts of found.values())
    expect(
      texts
        .slice(-14)
        .map(Number)
        .every((value) => value >= 500),
    ).toBe(true);
});

test('a stream that is too busy is tried again until it takes the batch', async () => {
  injectFaults(aws.kinesis, 'PutRecordsCommand', [busy, busy]);
  expect(await produce({ kinesis: aws.kinesis, streamName }, events(10))).toEqual({ sentCount: 10, retriedCount: 20 });
  expect(sorted(await onStream())).toEqual(upTo(10));
});

test('a stream that is not there is an error at once', async () => {
  await expect(produce({ kinesis: aws.kinesis, streamName: 'other' }, events(1))).rejects.toThrow('not found');
});

test('the signal stops an endless source', async () => {
  const stopping = new AbortController();
  const counts = await produce(
    {
      kinesis: aws.kinesis,
      streamName,
      eventsPerSecond: 1_000,
      onProgress: ({ sentCount }) => sentCount > 100 && stopping.abort(),
    },
    events(Infinity),
    stopping.signal,
  );
  expect(counts.sentCount).toBeGreaterThan(100);
  expect(sorted(await onStream())).toEqual(upTo(counts.sentCount));
});

test('a reader follows the stream until it is stopped, over iterators that expire', async () => {
  injectFaults(aws.kinesis, 'GetRecordsCommand', [expired, (_, proceed) => proceed(), expired, (_, proceed) => proceed(), expired]);
  await produce({ kinesis: aws.kinesis, streamName }, events(10));
  const stopping = new AbortController();
  const found: number[] = [];
  for await (const { data, sequenceNumber } of readStream({
    kinesis: aws.kinesis,
    streamName,
    signal: stopping.signal,
    pollIntervalMs: 10,
  })) {
    expect(sequenceNumber).toMatch(/^\d{56}$/);
    found.push(Number(Buffer.from(data)));
    if (found.length === 10) await produce({ kinesis: aws.kinesis, streamName }, [{ partitionKey: 'late', data: '10' }]);
    if (found.length === 11) stopping.abort();
  }
  expect(found.toSorted((a, b) => a - b)).toEqual(upTo(11));
});
