/** `npm start`: a pipeline, the flights unless another one is named, through the whole system on this machine. */
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { reasonOf } from '../cli/aws-target.ts';
import { CommandError } from '../cli/command-error.ts';
import { EXIT_CODE } from '../cli/exit-code.ts';
import { loadPipeline } from '../cli/load-pipeline.ts';
import { printable } from '../cli/printable.ts';
import { conservationLine, formatCount } from '../cli/run/summary.ts';
import { PaneTable } from '../cli/view/pane-table.ts';
import { BundleError } from '../functions/bundle.ts';
import type { FireReport } from '../shared/firing/fire-report.ts';
import { paneLines } from '../shared/consumer/pane-lines.ts';
import { conservationDifference } from '../shared/log/counts.ts';
import type { Pane } from '../shared/pipeline/pane.ts';
import type { Pipeline } from '../shared/pipeline/pipeline.ts';
import { serveLocalApi, SOCKET_PATH } from './api/local-api.ts';
import { ReplayedSystems } from './api/replayed-systems.ts';
import { createDynamodbClient, createKinesisClient } from './clients.ts';
import { startLocalAws } from './emulators/local-aws.ts';
import { pause } from '../shared/adapters/pause.ts';
import { FunctionFailedError } from './lambda/invocation.ts';
import { createStream } from './provisioning/stream.ts';
import { createTable } from './provisioning/table.ts';
import { generator } from './start/generator.ts';
import { readOptions, type StartOptions } from './start/options.ts';
import { flights, NOBODY, type Producer } from './start/producer.ts';
import { readStream } from './stream-reader.ts';
import { LocalSystem, type PipelineResources, type SystemOptions } from './system.ts';

const FLIGHTS = join(import.meta.dirname, '..', 'examples', 'flights.ts');
const FIRE_EVERY_MS = 1_000;
const QUIET_MS = 300;
const PANES_SHOWN = 5;
const LOCAL_NAMES = { outputStream: 'panes', sideStream: 'side', tableName: 'mullion' } as const;

type Services = Pick<SystemOptions, 'kinesis' | 'environment' | 'resources'> & { readonly dynamodb: DynamoDBClient; stop(): Promise<void> };

// `| head` has read enough.
process.stdout.on('error', () => process.exit(EXIT_CODE.unread));

const say = (line: string) => process.stderr.write(`${line}\n`);
const options = readOptions(process.argv.slice(2));
const end = new AbortController();
const ending = end.signal;
endOnSignal(end);

const pipeline = options.pipeline ?? { path: FLIGHTS, profile: undefined };
const definition = (await loadPipeline(pipeline.path, pipeline.profile).catch(cannotStart)) as Pipeline<never>;
const producer = producerOf(options);

const services = options.aws === undefined ? await emulate(options) : realServices(options.aws);
const input = {
  kinesis: services.kinesis,
  endpoint: services.environment['AWS_ENDPOINT_URL_KINESIS'],
  streamName: services.resources.inputStream,
};
const running = { ...services, pipelineEntry: pipeline, lanes: definition.lanes, fireEveryMs: FIRE_EVERY_MS, onTrouble: say };
const system = await LocalSystem.start(running).catch((error: unknown) =>
  cannotStart(options.aws === undefined ? error : ofAccount(error)),
);
// In an account nothing is made from here.
const replays = options.aws === undefined ? new ReplayedSystems(running) : undefined;
const write = (line: string) => void process.stdout.write(`${line}\n`);
const table = new PaneTable(write, {
  windows: definition.operators.map(({ name }) => name),
  ...(options.all ? {} : { shownMax: PANES_SHOWN }),
});
// Ids of the panes that have come. A demonstration's worth; the consumer of a stream that never ends keeps less.
const received = new Set<string>();
const reading = new AbortController();
const printing = print(reading.signal);
const api = await serveLocalApi(
  { ...services, ...services.resources, definition, switch: system.switch },
  {
    ...(replays && { replays }),
    onError: (error) => say(`API: ${error instanceof Error ? error.message : String(error)}`),
    port: options.port,
  },
).catch((error: unknown) =>
  cannotStart(new CommandError(`--port ${options.port}: ${(error as Error).message}; leave it out for one that is free`, { cause: error })),
);
say(`${options.aws === undefined ? 'emulators, ' : ''}event source mapping and schedule are up; ${producer.announcement}`);
say(`watch it in a browser: ${api.address}/dashboard`);
say(`what programs can ask: ${api.address}/openapi.json`);
if (options.aws === undefined) {
  const socket = `${api.address.replace('http', 'ws')}${SOCKET_PATH}`;
  say(`${producer.noun} of your own: POST ${api.address}/events, over a WebSocket to ${socket}, or\n  ${waysIn().join('\n  ')}`);
}
say(`how it stands, from another terminal; likewise watermarks, windows, tail, pause, resume, checkpoint, drain:\n  ${viewCommand()}`);

// Its time begins when there is something to see, however long the machine took until then.
if (options.forMs !== undefined) setTimeout(() => end.abort(), options.forMs).unref();
const produced = await producer.run(input, ending);
if (!ending.aborted && produced.sentCount > 0)
  say(
    `all ${formatCount(produced.sentCount)} ${producer.noun} are on the stream${options.forMs === undefined ? '; Ctrl-C fires what is left and ends' : ''}`,
  );
await untilAborted(ending);

say('ending: everything that was sent is folded, and what is left fires');
// What they have acknowledged is folded, too.
await api.closeSockets();
await system.caughtUp();
const report = await system.drain().catch(cannotDrain);
await untilPrinted(report);
reading.abort();
await printing;
await api.stop();
await replays?.stop();
await system.stop();
await services.stop();
summarize(report);

/** The first Ctrl-C ends in order, the second at once. */
function endOnSignal(controller: AbortController): void {
  const stop = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) await pause(60_000, signal);
}

async function emulate({ shards: shardCount, pipeline: given }: StartOptions): Promise<Services> {
  const aws = await startLocalAws();
  const resources = { ...LOCAL_NAMES, inputStream: given === undefined ? 'flights' : 'events' };
  const { inputStream, outputStream, sideStream, tableName } = resources;
  await Promise.all([
    createStream(aws.kinesis, { streamName: inputStream, shardCount }),
    createStream(aws.kinesis, { streamName: outputStream, shardCount: 1 }),
    createStream(aws.kinesis, { streamName: sideStream, shardCount: 1 }),
    createTable(aws.dynamodb, tableName),
  ]);
  return { kinesis: aws.kinesis, dynamodb: aws.dynamodb, environment: aws.environment, resources, stop: () => aws.stop() };
}

/** Streams and table must be there: this command makes nothing in an account. The SDK finds region and credentials as it always does. */
function realServices(resources: PipelineResources): Services {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[0].startsWith('AWS_') && entry[1] !== undefined),
  );
  return { kinesis: createKinesisClient(), dynamodb: createDynamodbClient(), environment, resources, stop: async () => {} };
}

function producerOf({ pipeline: given, generate, rate }: StartOptions): Producer {
  if (given === undefined) return flights(rate);
  return generate === undefined ? NOBODY : generator(generate);
}

async function print(signal: AbortSignal): Promise<void> {
  const decoder = new TextDecoder();
  // A firing is over when nothing follows for a moment.
  const quiet = setTimeout(() => table.endFiring(), QUIET_MS);
  for await (const { data } of readStream({ kinesis: services.kinesis, streamName: services.resources.outputStream, signal })) {
    for (const line of paneLines(decoder.decode(data))) {
      const pane = JSON.parse(line) as Pane;
      if (received.size === 0) say(`where a pane comes from, while this runs:\n  ${explainCommand(pane)}`);
      if (received.has(pane.id)) continue;
      received.add(pane.id);
      if (options.json) write(line);
      else table.add(pane);
    }
    quiet.refresh();
  }
  clearTimeout(quiet);
  table.endFiring();
}

/** What to type into another terminal, to put events on the input stream. */
function waysIn(): string[] {
  const to = `--stream ${input.streamName} --endpoint ${input.endpoint}`;
  const replay = `npx mullion replay <file> --pipeline ${named()} --speed max ${to}`;
  return options.pipeline === undefined ? [replay] : [replay, `npx mullion generate ${to}`];
}

/** What to type into another terminal. */
function viewCommand(): string {
  return `npx mullion status ${named()} ${toTable()}`;
}

function explainCommand({ id }: Pane): string {
  return `npx mullion explain ${named()} '${id}' ${toTable()}`;
}

function toTable(): string {
  const { AWS_ENDPOINT_URL_DYNAMODB: endpoint } = services.environment;
  const where = endpoint === undefined ? '' : ` --endpoint ${endpoint}`;
  return `--table ${services.resources.tableName}${where}`;
}

/** The pipeline, as commands take it. */
function named(): string {
  const { path, profile } = options.pipeline ?? { path: 'examples/flights.ts', profile: undefined };
  return profile === undefined ? path : `${path} --profile ${profile}`;
}

/** Region, credentials, streams and table are those of whoever has typed the command. */
function ofAccount(error: unknown): unknown {
  if (error instanceof BundleError) return error;
  const remedy = 'check AWS_REGION and credentials, and that the streams and the table are there';
  return new CommandError(`--aws: ${reasonOf(error)}; ${remedy}`, { cause: error });
}

/** What is wrong with the pipeline is for whoever gave it. The emulators end with this process. */
function cannotStart(error: unknown): never {
  if (!(error instanceof CommandError || error instanceof BundleError)) throw error;
  for (const line of error.message.split('\n')) say(`npm start: ${printable(line)}`);
  process.exit(1);
}

/** The emulators end with this process, and what is in them. */
function cannotDrain(error: unknown): never {
  if (!(error instanceof FunctionFailedError)) throw error;
  say(`npm start: what is left could not be fired: ${printable(error.message)}. What its function said of it stands above`);
  process.exit(EXIT_CODE.failed);
}

/** A pane that was fired must also come out. */
async function untilPrinted({ panesFired }: FireReport): Promise<void> {
  const deadlineMs = performance.now() + 30_000;
  while (received.size < panesFired && performance.now() < deadlineMs) await pause(50);
}

function summarize({ counts, panesFired }: FireReport): void {
  // More may be on the streams than this run has sent: an answer that was lost sends an event twice, and real streams have a past.
  const lost = conservationDifference(counts) !== 0 || counts.read < produced.sentCount || received.size < panesFired;
  say(
    `\n${formatCount(produced.sentCount)} ${producer.noun} sent, ${formatCount(panesFired)} panes fired, ${formatCount(received.size)} received`,
  );
  for (const line of produced.summary) say(line);
  say(conservationLine(counts));
  if (lost) say('the accounts do not balance; this is a bug in Mullion');
  process.exitCode = lost ? 1 : 0;
}
