import { Buffer } from 'node:buffer';
import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { describe, expect, test } from 'vitest';
import { KinesisPublisher, PublishError } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import type { OutputRecord } from '../../shared/ports/publisher.ts';

type Answer = Partial<PutRecordsCommandOutput>;

const TAKEN = { SequenceNumber: '1', ShardId: 'shardId-000000000000' };
const THROTTLED = { ErrorCode: 'ProvisionedThroughputExceededException', ErrorMessage: 'Rate exceeded' };

/** A stream that answers as it is told, and takes everything when it is told no more. */
class ScriptedStream {
  readonly requests: { stream: string | undefined; data: string[]; keys: (string | undefined)[]; bytes: number }[] = [];
  readonly slept: number[] = [];
  readonly retried: number[] = [];
  readonly #answers: ((records: number) => Answer)[];

  constructor(...answers: ((records: number) => Answer)[]) {
    this.#answers = answers;
  }

  get publisher(): KinesisPublisher {
    const client = { send: async (command: PutRecordsCommand) => this.#put(command) };
    const sleep = async (ms: number) => {
      this.slept.push(ms);
    };
    const onRetry = (records: number) => this.retried.push(records);
    return new KinesisPublisher({ client: client as unknown as KinesisClient, streamName: 'panes', sleep, onRetry });
  }

  get data(): string[][] {
    return this.requests.map(({ data }) => data);
  }

  #put({ input: { StreamName, Records = [] } }: PutRecordsCommand): Answer {
    this.requests.push({
      stream: StreamName,
      data: Records.map(({ Data }) => Buffer.from(Data as Uint8Array).toString('utf8')),
      keys: Records.map(({ PartitionKey }) => PartitionKey),
      bytes: Records.reduce(
        (bytes, { Data, PartitionKey }) => bytes + (Data as Uint8Array).length + Buffer.byteLength(PartitionKey as string),
        0,
      ),
    });
    return this.#answers.shift()?.(Records.length) ?? { FailedRecordCount: 0, Records: Records.map(() => TAKEN) };
  }
}

/** An answer in which the records at some indexes were not taken. */
function failing(...indexes: number[]): (records: number) => Answer {
  return (records) => ({
    FailedRecordCount: indexes.length,
    Records: Array.from({ length: records }, (_, index) => (indexes.includes(index) ? THROTTLED : TAKEN)),
  });
}

function documents(...texts: string[]): OutputRecord[] {
  return texts.map((json) => ({ partitionKey: `key of ${json}`, json }));
}

describe('publishing to a Kinesis stream', () => {
  test('sends nothing when there is nothing', async () => {
    const stream = new ScriptedStream();
    await stream.publisher.publish([]);
    expect(stream.requests).toEqual([]);
  });

  test('puts the text as UTF-8 under its partition key', async () => {
    const stream = new ScriptedStream();
    await stream.publisher.publish([{ partitionKey: 'ü', json: '{"key":"ü😀"}' }]);
    expect(stream.requests).toEqual([{ stream: 'panes', data: ['{"key":"ü😀"}'], keys: ['ü'], bytes: 15 + 2 + 1 }]);
  });

  test('sends again what was not taken, and only that, before anything later', async () => {
    const stream = new ScriptedStream(failing(1, 3), failing(1));
    const publisher = stream.publisher;
    await publisher.publish(documents('a', 'b', 'c', 'd'));
    await publisher.publish(documents('e'));
    expect(stream.data).toEqual([['a', 'b', 'c', 'd'], ['b', 'd'], ['d'], ['e']]);
    expect(stream.requests[1]?.keys).toEqual(['key of b', 'key of d']);
  });

  test('waits longer from attempt to attempt, and anew for the next batch', async () => {
    const stream = new ScriptedStream(...Array.from({ length: 8 }, () => failing(0)));
    await stream.publisher.publish(documents('a'));
    expect(stream.slept).toEqual([50, 100, 200, 400, 800, 1_600, 2_000, 2_000]);
  });

  test('holds at most 500 records a request, in order', async () => {
    const stream = new ScriptedStream();
    const texts = Array.from({ length: 1_001 }, (_, index) => String(index));
    await stream.publisher.publish(documents(...texts));
    expect(stream.requests.map(({ data }) => data.length)).toEqual([500, 500, 1]);
    expect(stream.data.flat()).toEqual(texts);
  });

  test('holds at most 5 MB a request, keys and the bytes of UTF-8 counted', async () => {
    const stream = new ScriptedStream();
    // 1,000,003 bytes each with its key, though half as many characters.
    const texts = Array.from({ length: 11 }, () => 'é'.repeat(500_000));
    await stream.publisher.publish(texts.map((json) => ({ partitionKey: 'key', json })));
    expect(stream.requests.map(({ data }) => data.length)).toEqual([4, 4, 3]);
    for (const { bytes } of stream.requests) expect(bytes).toBeLessThanOrEqual(5_000_000);
  });

  test('fills a request to its last byte', async () => {
    const stream = new ScriptedStream();
    await stream.publisher.publish(Array.from({ length: 6 }, () => ({ partitionKey: 'key', json: 'x'.repeat(1_000_000 - 3) })));
    expect(stream.requests.map(({ data, bytes }) => [data.length, bytes])).toEqual([
      [5, 5_000_000],
      [1, 1_000_000],
    ]);
  });

  test('does not begin the next request while one has records left', async () => {
    const stream = new ScriptedStream(failing(7), failing(0));
    await stream.publisher.publish(documents(...Array.from({ length: 501 }, (_, index) => String(index))));
    expect(stream.data.slice(1)).toEqual([['7'], ['7'], ['500']]);
  });

  test('gives up after ten attempts, with an error that names the stream, the number and the reason', async () => {
    const stream = new ScriptedStream(failing(0, 2), ...Array.from({ length: 20 }, () => failing(0)));
    const publishing = stream.publisher.publish(documents('a', 'b', 'c'));
    await expect(publishing).rejects.toThrow(PublishError);
    await expect(publishing).rejects.toThrow(
      "stream 'panes' did not take 1 records in 10 attempts: ProvisionedThroughputExceededException",
    );
    expect(stream.requests).toHaveLength(10);
    expect(stream.slept).toHaveLength(9);
    expect(stream.retried).toHaveLength(9);
  });

  test('hands on what the client throws: some may be on the stream', async () => {
    const client = {
      send: async () => {
        throw new Error('no such stream');
      },
    };
    await expect(
      new KinesisPublisher({ client: client as unknown as KinesisClient, streamName: 'panes' }).publish(documents('a')),
    ).rejects.toThrow('no such stream');
  });
});
