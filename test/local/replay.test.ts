import { join } from 'node:path';
import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { Pane } from 'mullion';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { flightsByArrival } from '../../local/flights-by-arrival.ts';
import { pause } from '../../shared/adapters/pause.ts';
import { produce } from '../../local/producer.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createTable } from '../../local/provisioning/table.ts';
import { readStream } from '../../local/stream-reader.ts';
import { LocalSystem } from '../../local/system.ts';
import { unexpected } from './unexpected.ts';

const tableName = 'state';
const inputStream = 'in';
// By schedule: none is late in any run, however its batches are cut.
const FLIGHTS = flightsByArrival()
  .toSorted((a, b) => (a.date < b.date ? -1 : 1))
  .slice(0, 1_200);
const HALF = FLIGHTS.length / 2;

let aws: LocalAws;
beforeAll(async () => {
  aws = await startLocalAws();
  await Promise.all([createStream(aws.kinesis, { streamName: inputStream, shardCount: 2 }), createTable(aws.dynamodb, tableName)]);
});
afterAll(async () => aws.stop());

/** Sends flights, and says when the first of them can have arrived. */
async function send(from: number, to: number): Promise<Date> {
  await pause(50);
  const at = new Date();
  await pause(50);
  const events = FLIGHTS.slice(from, to).map((flight) => ({ partitionKey: flight.origin, data: JSON.stringify(flight) }));
  await produce({ kinesis: aws.kinesis, streamName: inputStream, eventsPerSecond: 10_000 }, events);
  return at;
}

/** Runs the flights pipeline to the end of the stream, and drains it. */
async function run(name: string | undefined, startingAt?: Date) {
  const called = name ?? 'flights';
  const [outputStream, sideStream] = [`${called}-out`, `${called}-side`];
  await Promise.all([outputStream, sideStream].map((streamName) => createStream(aws.kinesis, { streamName, shardCount: 1 })));
  const system = await LocalSystem.start({
    kinesis: aws.kinesis,
    resources: { tableName, inputStream, outputStream, sideStream },
    pipelineEntry: join(import.meta.dirname, '..', '..', 'examples', 'flights.ts'),
    environment: aws.environment,
    ...(name === undefined ? {} : { name }),
    ...(startingAt === undefined ? {} : { startingAt }),
    fireEveryMs: 200,
    onTrouble: unexpected,
  });
  try {
    await system.caughtUp();
    const { counts } = await system.drain();
    const panes: Pane[] = [];
    for await (const { data } of readStream({ kinesis: aws.kinesis, streamName: outputStream, endAtTip: true }))
      panes.push(JSON.parse(new TextDecoder().decode(data)) as Pane);
    return { counts, panes };
  } finally {
    await system.stop();
  }
}

/** What stands in the table of a pipeline, but not of one whose name only begins like it. */
async function itemsOf(pipeline: string): Promise<string[]> {
  const { Items = [] } = await aws.dynamodb.send(new ScanCommand({ TableName: tableName }));
  return Items.filter(({ pk }) => pk?.S?.startsWith(`${pipeline}#`)).map((item) => JSON.stringify(item));
}

/** The last that was said of every window and key; when it was said may differ. */
const finals = (panes: readonly Pane[]) =>
  new Map(panes.map(({ window, key, start, count, value }) => [`${window} ${key} ${start}`, { count, value }]));

test('under another name beside the first the same comes out, and the first is left as it was', { timeout: 180_000 }, async () => {
  await send(0, HALF);
  const middle = await send(HALF, FLIGHTS.length);
  const first = await run(undefined);
  const before = await itemsOf('flights');
  expect(first.counts).toMatchObject({ read: FLIGHTS.length, folded: FLIGHTS.length });

  const again = await run('flights-again');
  expect(again.counts).toEqual(first.counts);
  expect(again.panes.every(({ id }) => id.startsWith('flights-again:'))).toBe(true);
  expect(finals(again.panes)).toEqual(finals(first.panes));
  expect(finals(again.panes).size).toBeGreaterThan(100);

  const half = await run('flights-half', middle);
  expect(half.counts.read).toBe(HALF);

  expect(await itemsOf('flights')).toEqual(before);
  expect((await itemsOf('flights-again')).length).toBeGreaterThan(3);
});
