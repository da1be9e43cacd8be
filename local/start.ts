/** `npm start`: the flights example through the whole system on this machine. */
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import definition from '../examples/flights.ts';
import { flightsByArrival } from './flights-by-arrival.ts';
import { conservationLine, formatCount } from '../cli/run/summary.ts';
import type { FireReport } from '../shared/firing/fire.ts';
import { paneLines } from '../shared/consumer/pane-lines.ts';
import { conservationDifference } from '../shared/log/counts.ts';
import type { Pane } from '../shared/pipeline/pane.ts';
import { serveLocalApi } from './api/local-api.ts';
import { ReplayedSystems } from './api/replayed-systems.ts';
import { createDynamodbClient, createKinesisClient } from './clients.ts';
import { startLocalAws } from './emulators/local-aws.ts';
import { pause } from '../shared/adapters/pause.ts';
import { produce } from './producer.ts';
import { createStream } from './provisioning/stream.ts';
import { createTable } from './provisioning/table.ts';
import { readOptions, type StartOptions } from './start/options.ts';
import { PaneTable } from './start/pane-table.ts';
import { readStream } from './stream-reader.ts';
import { LocalSystem, type PipelineResources, type SystemOptions } from './system.ts';

const PIPELINE = join(import.meta.dirname, '..', 'examples', 'flights.ts');
const FIRE_EVERY_MS = 1_000;
const QUIET_MS = 300;
const LOCAL_NAMES: PipelineResources = { inputStream: 'flights', outputStream: 'panes', sideStream: 'side', tableName: 'mullion' };

type Services = Pick<SystemOptions, 'kinesis' | 'environment' | 'resources'> & { readonly dynamodb: DynamoDBClient; stop(): Promise<void> };

const say = (line: string) => process.stderr.write(`${line}\n`);
const options = readOptions(process.argv.slice(2));
const ending = endOf(options);

const services = options.aws === undefined ? await emulate(options.shards) : realServices(options.aws);
const running = { ...services, pipelineEntry: PIPELINE, fireEveryMs: FIRE_EVERY_MS, onTrouble: say };
const system = await LocalSystem.start(running);
// In an account nothing is made from here.
const replays = options.aws === undefined ? new ReplayedSystems(running) : undefined;
const table = new PaneTable((line) => process.stdout.write(`${line}\n`), options);
const reading = new AbortController();
const printing = print(reading.signal);
const api = await serveLocalApi(
  { ...services, ...services.resources, definition, switch: system.switch },
  {
    ...(replays && { replays }),
    onError: (error) => say(`API: ${error instanceof Error ? error.message : String(error)}`),
    port: options.port,
  },
);
say(`${options.aws === undefined ? 'emulators, ' : ''}event source mapping and schedule are up; flights are on their way`);
say(`watch it in a browser: ${api.address}/dashboard`);
say(`what programs can ask: ${api.address}/openapi.json`);
if (options.aws === undefined) say(`flights of your own: POST ${api.address}/events, or\n  ${replayCommand()}`);

const produced = await produce(
  { kinesis: services.kinesis, streamName: services.resources.inputStream, eventsPerSecond: options.rate },
  flights(),
  ending,
);
if (!ending.aborted)
  say(
    `all ${formatCount(produced.sentCount)} flights are on the stream${options.forMs === undefined ? '; Ctrl-C fires what is left and ends' : ''}`,
  );
await untilAborted(ending);

say('ending: everything that was sent is folded, and what is left fires');
await system.caughtUp();
const report = await system.drain();
await untilPrinted(report);
reading.abort();
await printing;
await api.stop();
await replays?.stop();
await system.stop();
await services.stop();
summarize(report);

/** Aborted at the end of `--for`, or by the first Ctrl-C. The second ends the process at once. */
function endOf({ forMs }: StartOptions): AbortSignal {
  const controller = new AbortController();
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  if (forMs !== undefined) setTimeout(() => controller.abort(), forMs).unref();
  return controller.signal;
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await pause(60_000, signal);
}

async function emulate(shardCount: number): Promise<Services> {
  const aws = await startLocalAws();
  const { inputStream, outputStream, sideStream, tableName } = LOCAL_NAMES;
  await Promise.all([
    createStream(aws.kinesis, { streamName: inputStream, shardCount }),
    createStream(aws.kinesis, { streamName: outputStream, shardCount: 1 }),
    createStream(aws.kinesis, { streamName: sideStream, shardCount: 1 }),
    createTable(aws.dynamodb, tableName),
  ]);
  return { kinesis: aws.kinesis, dynamodb: aws.dynamodb, environment: aws.environment, resources: LOCAL_NAMES, stop: () => aws.stop() };
}

/** Streams and table must be there: this command makes nothing in an account. The SDK finds region and credentials as it always does. */
function realServices(resources: PipelineResources): Services {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('AWS_') && entry[1] !== undefined),
  );
  return { kinesis: createKinesisClient(), dynamodb: createDynamodbClient(), environment, resources, stop: async () => {} };
}

function* flights() {
  for (const flight of flightsByArrival()) yield { partitionKey: flight.origin, data: JSON.stringify(flight) };
}

async function print(signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  // A firing is over when nothing follows for a moment.
  const quiet = setTimeout(() => table.endFiring(), QUIET_MS);
  for await (const { data } of readStream({ kinesis: services.kinesis, streamName: services.resources.outputStream, signal })) {
    for (const line of paneLines(decoder.decode(data))) {
      const pane = JSON.parse(line) as Pane;
      if (table.count === 0) say(`where a pane comes from, while this runs:\n  ${explainCommand(pane)}`);
      table.add(pane);
    }
    quiet.refresh();
  }
  clearTimeout(quiet);
  table.endFiring();
}

/** What to type into another terminal, to put a file on the input stream. */
function replayCommand(): string {
  const { AWS_ENDPOINT_URL_KINESIS: endpoint = '' } = services.environment;
  const { inputStream } = services.resources;
  return `npx mullion replay <file> --pipeline examples/flights.ts --speed max --stream ${inputStream} --endpoint ${endpoint}`;
}

/** What to type into another terminal. */
function explainCommand({ id }: Pane): string {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint } = services.environment;
  const where = endpoint === undefined ? '' : ` --endpoint ${endpoint}`;
  return `npx mullion explain examples/flights.ts '${id}' --table ${services.resources.tableName}${where}`;
}

/** A pane that was fired must also come out. */
async function untilPrinted({ panesFired }: FireReport): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (table.count < panesFired && performance.now() < deadlineMs) await pause(50);
}

function summarize({ counts, panesFired }: FireReport): void {
  // More may be on the streams than this run has sent: an answer that was lost sends an event twice, and real streams have a past.
  const lost = conservationDifference(counts) !== 0 || counts.read < produced.sentCount || table.count < panesFired;
  say(`\n${formatCount(produced.sentCount)} flights sent, ${formatCount(panesFired)} panes fired, ${formatCount(table.count)} received`);
  say(conservationLine(counts));
  if (lost) say('the accounts do not balance; this is a bug in Mullion');
  process.exitCode = lost ? 1 : 0;
}
