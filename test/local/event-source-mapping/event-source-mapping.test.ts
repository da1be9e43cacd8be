import { PutRecordCommand, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { KinesisStreamEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../../local/emulators/local-aws.ts';
import { EventSourceMapping, type MappingOptions } from '../../../local/event-source-mapping/event-source-mapping.ts';
import type { FailureDocument } from '../../../local/event-source-mapping/failure-document.ts';
import type { Delivery, InvocationTarget } from '../../../local/event-source-mapping/shard-poller.ts';
import type { InvocationOutcome } from '../../../local/lambda/invocation.ts';
import { createStream } from '../../../local/provisioning/stream.ts';
import { eventually } from '../eventually.ts';
import { unexpected } from '../unexpected.ts';

let aws: LocalAws;
let streamName: string;
let streamCount = 0;
const running: EventSourceMapping[] = [];

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(() => aws.stop());

beforeEach(async () => {
  streamCount += 1;
  streamName = `events-${streamCount}`;
  await createStream(aws.kinesis, { streamName, shardCount: 1 });
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((mapping) => mapping.stop()));
});

async function put(texts: readonly string[], toStream = streamName): Promise<void> {
  const records = texts.map((text) => ({ PartitionKey: text, Data: Buffer.from(text) }));
  await aws.kinesis.send(new PutRecordsCommand({ StreamName: toStream, Records: records }));
}

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const textsOf = ({ Records }: KinesisStreamEvent) => Records.map(({ kinesis }) => Buffer.from(kinesis.data, 'base64').toString());

/** A function in this process that answers with `respond`; what it is given is kept. */
function inProcess(respond: (texts: string[], event: KinesisStreamEvent) => unknown = () => undefined) {
  const events: KinesisStreamEvent[] = [];
  const target: InvocationTarget = {
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:in-process',
    invoke: async (event): Promise<InvocationOutcome> => {
      events.push(event);
      const requestId = `request-${events.length}`;
      try {
        return { kind: 'returned', requestId, response: await respond(textsOf(event), event) };
      } catch (error) {
        return { kind: 'failed', requestId, error: { errorType: 'Error', errorMessage: String(error), trace: [] } };
      }
    },
  };
  return { target, events, batches: () => events.map((event) => textsOf(event).join(' ')) };
}

async function start(target: InvocationTarget, options: Partial<MappingOptions> = {}): Promise<EventSourceMapping> {
  const mapping = await EventSourceMapping.start({
    kinesis: aws.kinesis,
    streamName,
    target,
    startingPosition: 'TRIM_HORIZON',
    pollIntervalMs: 10,
    retryWait: { firstMs: 5, maxMs: 20 },
    onError: unexpected,
    ...options,
  });
  running.push(mapping);
  return mapping;
}

test('an event has the shape that Lambda sends', async () => {
  const sent = await aws.kinesis.send(new PutRecordCommand({ StreamName: streamName, PartitionKey: 'käse', Data: Buffer.from('{"n":1}') }));
  const { target, events } = inProcess();
  await (await start(target)).caughtUp();
  expect(events).toEqual([
    {
      Records: [
        {
          kinesis: {
            kinesisSchemaVersion: '1.0',
            partitionKey: 'käse',
            sequenceNumber: sent.SequenceNumber,
            data: Buffer.from('{"n":1}').toString('base64'),
            approximateArrivalTimestamp: expect.closeTo(Date.now() / 1_000, -1) as unknown,
          },
          eventSource: 'aws:kinesis',
          eventVersion: '1.0',
          eventID: `shardId-000000000000:${sent.SequenceNumber}`,
          eventName: 'aws:kinesis:record',
          invokeIdentityArn: expect.stringMatching(/^arn:aws:iam::\d{12}:role\//) as unknown,
          awsRegion: 'us-east-1',
          eventSourceARN: `arn:aws:kinesis:us-east-1:000000000000:stream/${streamName}`,
        },
      ],
    },
  ]);
});

test('records come in order, in batches of the batch size, one invocation at a time', async () => {
  await put(numbers(1, 25));
  let inFlight = 0;
  const { target, batches } = inProcess(async () => {
    inFlight += 1;
    expect(inFlight).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 5));
    inFlight -= 1;
  });
  await (await start(target, { configuration: { batchSize: 10 } })).caughtUp();
  expect(batches()).toEqual([numbers(1, 10), numbers(11, 20), numbers(21, 25)].map((texts) => texts.join(' ')));
});

test('a batch window collects what several reads bring', async () => {
  const { target, batches } = inProcess();
  const mapping = await start(target, { configuration: { batchWindowMs: 200 } });
  await put(['a']);
  await new Promise((resolve) => setTimeout(resolve, 50));
  await put(['b']);
  await mapping.caughtUp();
  expect(batches()).toEqual(['a b']);
});

test('shards are delivered side by side, each in its own order', async () => {
  const twoShards = `${streamName}-two-shards`;
  await createStream(aws.kinesis, { streamName: twoShards, shardCount: 2 });
  await put(numbers(1, 40), twoShards);
  const seen = new Map<string, string[]>();
  const { target } = inProcess((_, { Records }) => {
    for (const record of Records) {
      const shardId = record.eventID.split(':')[0] as string;
      seen.set(shardId, [...(seen.get(shardId) ?? []), record.kinesis.sequenceNumber]);
    }
  });
  const mapping = await start(target, { streamName: twoShards, configuration: { batchSize: 7 } });
  await mapping.caughtUp();
  expect([...seen.values()].flat()).toHaveLength(40);
  for (const sequenceNumbers of seen.values()) expect(sequenceNumbers).toEqual(sequenceNumbers.toSorted());
  expect(mapping.checkpoints()).toEqual(new Map([...seen].map(([shardId, all]) => [shardId, all.at(-1)])));
});

test('LATEST delivers only what is put after the start', async () => {
  await put(['before']);
  const { target, batches } = inProcess();
  const mapping = await start(target, { startingPosition: 'LATEST' });
  await put(['after']);
  await mapping.caughtUp();
  expect(batches()).toEqual(['after']);
});

test('a failing batch blocks its shard and is retried until it goes through', async () => {
  await put(numbers(1, 4));
  let failuresLeft = 3;
  const { target, batches } = inProcess(() => {
    failuresLeft -= 1;
    if (failuresLeft >= 0) throw new Error('not yet');
  });
  await (await start(target, { configuration: { batchSize: 2 } })).caughtUp();
  expect(batches()).toEqual(['1 2', '1 2', '1 2', '1 2', '3 4']);
});

test('a batch whose retries are used up goes to the on-failure destination, and the shard goes on', async () => {
  await put(['poison', 'a', 'b']);
  const { target, batches, events } = inProcess((texts) => {
    if (texts.includes('poison')) throw new Error('poison');
  });
  const documents: FailureDocument[] = [];
  const configuration = { batchSize: 2, maximumRetryAttempts: 2 };
  await (await start(target, { configuration, onFailure: (document) => void documents.push(document) })).caughtUp();
  expect(batches()).toEqual(['poison a', 'poison a', 'poison a', 'b']);
  const [first, second] = events[0]?.Records ?? [];
  const isoOf = (record: typeof first) => new Date((record?.kinesis.approximateArrivalTimestamp ?? 0) * 1_000).toISOString();
  expect(documents).toEqual([
    {
      requestContext: {
        requestId: 'request-3',
        functionArn: target.functionArn,
        condition: 'RetryAttemptsExhausted',
        approximateInvokeCount: 3,
      },
      responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
      version: '1.0',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as unknown,
      KinesisBatchInfo: {
        shardId: 'shardId-000000000000',
        startSequenceNumber: first?.kinesis.sequenceNumber,
        endSequenceNumber: second?.kinesis.sequenceNumber,
        approximateArrivalOfFirstRecord: isoOf(first),
        approximateArrivalOfLastRecord: isoOf(second),
        batchSize: 2,
        streamArn: first?.eventSourceARN,
      },
    },
  ]);
});

test('bisecting isolates a poison record, and only that one is lost', async () => {
  await put([...numbers(1, 4), 'poison', ...numbers(5, 8)]);
  const done: string[] = [];
  const { target } = inProcess((texts) => {
    if (texts.includes('poison')) throw new Error('poison');
    done.push(...texts);
  });
  const discarded: number[] = [];
  const mapping = await start(target, {
    configuration: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 },
    onFailure: ({ KinesisBatchInfo }) => void discarded.push(KinesisBatchInfo.batchSize),
  });
  await mapping.caughtUp();
  expect(done).toEqual(numbers(1, 8));
  expect(discarded).toEqual([1]);
});

test('records that get too old are discarded with that reason, delivered or not', async () => {
  await put(['old']);
  const documents: FailureDocument[] = [];
  const { target } = inProcess(() => {
    throw new Error('always');
  });
  const mapping = await start(target, {
    configuration: { maximumRecordAgeSeconds: 1 },
    onFailure: (document) => void documents.push(document),
  });
  await mapping.caughtUp();
  expect(documents).toHaveLength(1);
  expect(documents[0]?.requestContext.condition).toBe('RecordAgeExceeded');
  expect(documents[0]?.requestContext.approximateInvokeCount).toBeGreaterThan(1);
});

test('a partial answer is the checkpoint: only what follows it comes again', async () => {
  await put(numbers(1, 5));
  const failing = new Set(['3', '5']);
  const { target, batches } = inProcess((texts, { Records }) => {
    const failed = Records.filter((_, index) => failing.delete(texts[index] as string));
    return { batchItemFailures: failed.map(({ kinesis }) => ({ itemIdentifier: kinesis.sequenceNumber })) };
  });
  await (await start(target, { configuration: { functionResponseTypes: ['ReportBatchItemFailures'] } })).caughtUp();
  expect(batches()).toEqual(['1 2 3 4 5', '3 4 5']);
});

test('an answer that cannot be read fails the whole batch, and says so in the failure document', async () => {
  await put(['a', 'b']);
  const { target, batches } = inProcess(() => ({ batchItemFailures: [{ itemIdentifier: '' }] }));
  const documents: FailureDocument[] = [];
  const mapping = await start(target, {
    configuration: { functionResponseTypes: ['ReportBatchItemFailures'], maximumRetryAttempts: 1 },
    onFailure: (document) => void documents.push(document),
  });
  await mapping.caughtUp();
  expect(batches()).toEqual(['a b', 'a b']);
  expect(documents.map(({ responseContext }) => responseContext?.functionError)).toEqual([null]);
});

test('a partial answer is not looked at unless that is configured', async () => {
  await put(['a', 'b']);
  const { target, batches } = inProcess((_, { Records }) => ({
    batchItemFailures: [{ itemIdentifier: Records[0]?.kinesis.sequenceNumber }],
  }));
  await (await start(target)).caughtUp();
  expect(batches()).toEqual(['a b']);
});

test('a mapping goes on from the checkpoints of an earlier one', async () => {
  await put(['a']);
  const first = inProcess();
  const earlier = await start(first.target);
  await earlier.caughtUp();
  await earlier.stop();
  await put(['b']);
  const second = inProcess();
  await (await start(second.target, { resumeFrom: earlier.checkpoints() })).caughtUp();
  expect([first.batches(), second.batches()]).toEqual([['a'], ['b']]);
});

test('stopping lets the invocation in flight finish and counts it', async () => {
  await put(['a', 'b']);
  const finished = Promise.withResolvers<void>();
  const { target, batches } = inProcess(() => finished.promise);
  const mapping = await start(target, { configuration: { batchSize: 1 } });
  await eventually(() => batches().length === 1);
  const caughtUp = mapping.caughtUp();
  const stopped = mapping.stop();
  finished.resolve();
  await stopped;
  await expect(caughtUp).rejects.toThrow('stopped before it had caught up');
  expect(batches()).toEqual(['a']);
  expect(mapping.checkpoints().size).toBe(1);
});

test('a function that cannot be invoked, and a destination that fails, are reported and hold up nothing', async () => {
  await put(['a']);
  const errors: string[] = [];
  const deliveries: Delivery[] = [];
  const { target } = inProcess(() => {
    throw new Error('poison');
  });
  let isReachable = false;
  const unreliable: InvocationTarget = {
    functionArn: target.functionArn,
    invoke: async (event) => {
      if (isReachable) return target.invoke(event);
      isReachable = true;
      throw new Error('no connection');
    },
  };
  const mapping = await start(unreliable, {
    configuration: { maximumRetryAttempts: 0 },
    onFailure: () => Promise.reject(new Error('no queue')),
    onDelivery: (delivery) => deliveries.push(delivery),
    onError: (error) => errors.push(String(error)),
  });
  await mapping.caughtUp();
  expect(errors).toEqual(['Error: no connection', 'Error: no queue']);
  expect(deliveries.map(({ decision }) => decision.kind)).toEqual(['discard']);
});

test('settings and streams that cannot work are refused at the start', async () => {
  const { target } = inProcess();
  await expect(start(target, { configuration: { parallelizationFactor: 2 } })).rejects.toThrow('parallelizationFactor is 2');
  await expect(start(target, { streamName: 'no-such-stream' })).rejects.toThrow('not found');
});
