import { join } from 'node:path';
import middy from '@middy/core';
import type { Context, KinesisStreamBatchResponse } from 'aws-lambda';
import type { Pane } from 'mullion';
import { test } from 'vitest';
import type { Flight } from '../../examples/flights.ts';
import { freshPanes, type PaneEvent } from '../../functions/consumer/consumer.ts';
import { flightsByArrival } from '../../local/flights-by-arrival.ts';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { EventSourceMapping } from '../../local/event-source-mapping/event-source-mapping.ts';
import type { LocalFunction } from '../../local/lambda/local-function.ts';
import { pause } from '../../shared/adapters/pause.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem } from '../../local/system.ts';
import { DynamoDBConsumerMemory } from '../../shared/adapters/dynamodb/dynamodb-consumer-memory.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { departuresByAirportAndDay, placeOf } from '../examples/plain-flights.ts';
import { startCrashProxy } from './crash-proxy.ts';
import { unexpected } from './unexpected.ts';

const resources = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const FLIGHTS = 4_000;

async function documents<T>(aws: LocalAws, streamName: string): Promise<T[]> {
  const found: T[] = [];
  for await (const { data } of readStream({ kinesis: aws.kinesis, streamName, endAtTip: true })) {
    found.push(JSON.parse(new TextDecoder().decode(data)) as T);
  }
  return found;
}

/** A function on the output stream, started anew for every batch: what it knows of those before stands in the table. */
async function startConsumer({ kinesis, dynamodb }: LocalAws) {
  const memory = new DynamoDBConsumerMemory({ client: dynamodb, tableName: resources.tableName, consumer: 'board' });
  const handled: Pane[] = [];
  const start = () =>
    middy<PaneEvent, KinesisStreamBatchResponse>()
      .use(freshPanes({ memory }))
      .handler(async ({ panes }) => {
        handled.push(...panes);
        return { batchItemFailures: [] };
      });
  const mapping = await EventSourceMapping.start({
    kinesis,
    streamName: resources.outputStream,
    target: {
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:board',
      invoke: async (event) => ({ kind: 'returned', requestId: 'any', response: await start()(event as PaneEvent, {} as Context) }),
    },
    startingPosition: 'TRIM_HORIZON',
    onError: unexpected,
  });
  return { mapping, handled };
}

interface Crashes {
  readonly victim: 'ingest' | 'fire';
  /** The log whose appends it is killed at. */
  readonly log: RegExp;
  /** Whether the append has been applied when it is killed. */
  readonly applied: boolean;
}

const CRASHES = 2;

/** Runs flights through the whole system; a function is killed at some of its appends. */
async function runWithCrashes({ victim, log, applied }: Crashes) {
  const aws = await startLocalAws();
  let functionToKill: LocalFunction | undefined;
  let killed = 0;
  const proxy = await startCrashProxy(aws.environment.AWS_ENDPOINT_URL_DYNAMODB as string, {
    applied,
    picks: ({ operation, body }) => operation === 'PutItem' && log.test(body.Item?.pk?.S ?? '') && killed < CRASHES,
    crash: () => {
      killed++;
      for (const pid of functionToKill?.pids ?? []) process.kill(pid, 'SIGKILL');
    },
  });
  await Promise.all([
    createStream(aws.kinesis, { streamName: resources.inputStream, shardCount: 2 }),
    createStream(aws.kinesis, { streamName: resources.outputStream, shardCount: 1 }),
    createStream(aws.kinesis, { streamName: resources.sideStream, shardCount: 1 }),
    createTable(aws.dynamodb, resources.tableName),
  ]);
  const consumer = await startConsumer(aws);
  const system = await LocalSystem.start({
    kinesis: aws.kinesis,
    resources,
    pipelineEntry: join(import.meta.dirname, '..', '..', 'examples', 'flights.ts'),
    environment: { ...aws.environment, AWS_ENDPOINT_URL_DYNAMODB: proxy.endpoint },
    fireEveryMs: 200,
    onTrouble: () => {},
  });
  functionToKill = victim === 'fire' ? system.fire[0] : system.ingest;
  const sent = flightsByArrival().slice(0, FLIGHTS);
  const events = sent.map((flight) => ({ partitionKey: flight.origin, data: JSON.stringify(flight) }));
  try {
    await produce({ kinesis: aws.kinesis, streamName: resources.inputStream, eventsPerSecond: FLIGHTS / 4 }, events);
    await system.caughtUp();
    // Whatever the machine's pace: one crash at a firing of its own accord, the other at the drain.
    while (killed < CRASHES - 1) await pause(50);
    const report = await system.drain();
    await consumer.mapping.caughtUp();
    return {
      killed,
      report,
      sent,
      panes: await documents<Pane>(aws, resources.outputStream),
      refused: await documents<RecordRefusal>(aws, resources.sideStream),
      handled: consumer.handled,
    };
  } finally {
    await system.stop();
    await consumer.mapping.stop();
    await proxy.stop();
    await aws.stop();
  }
}

test.concurrent.for<Crashes & { where: string }>([
  { victim: 'fire', log: /#epochs$/, applied: true, where: 'between the append of an epoch and its publication' },
  { victim: 'fire', log: /#published$/, applied: false, where: 'between the publication of an epoch and its note' },
  { victim: 'ingest', log: /#shard#/, applied: true, where: 'between the append of a commit and the answer' },
  { victim: 'ingest', log: /#shard#/, applied: false, where: 'before the append of a commit' },
])('$victim killed $where: nothing lost, nothing doubled', { timeout: 180_000 }, async (crashes, { expect }) => {
  const { killed, report, sent, panes, refused, handled } = await runWithCrashes(crashes);
  expect(killed).toBe(CRASHES);

  const distinct = new Map<string, Pane>();
  for (const pane of panes) {
    if (distinct.has(pane.id)) expect(pane).toEqual(distinct.get(pane.id));
    distinct.set(pane.id, pane);
  }
  if (crashes.victim === 'fire' && !crashes.applied) expect(panes.length).toBeGreaterThan(distinct.size);
  const late = new Set(refused.map(({ data }) => Buffer.from(data, 'base64').toString('utf8')));
  const accepted = sent.filter((flight: Flight) => !late.has(JSON.stringify(flight)));
  const last = new Map([...distinct.values()].map((pane) => [placeOf(pane), pane.value]));
  expect(last).toEqual(departuresByAirportAndDay(accepted));
  expect(report.counts).toEqual({ read: FLIGHTS, folded: accepted.length, filtered: 0, late: FLIGHTS - accepted.length, invalid: 0 });
  expect(distinct.size).toBe(report.panesFired);
  // The consumer has had each once, and in the order of the epochs.
  expect(handled.map(({ id }) => id)).toEqual([...distinct.keys()]);
});
