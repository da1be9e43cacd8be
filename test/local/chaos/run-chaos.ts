import { join } from 'node:path';
import { flightsByArrival } from '../../../local/flights-by-arrival.ts';
import { createDynamodbClient, createKinesisClient, EMULATOR_CREDENTIALS, EMULATOR_REGION } from '../../../local/clients.ts';
import { pause } from '../../../shared/adapters/pause.ts';
import { produce } from '../../../local/producer.ts';
import { createStream } from '../../../local/provisioning/stream.ts';
import { createTable } from '../../../local/provisioning/table.ts';
import { LocalSystem } from '../../../local/system.ts';
import type { Engine } from '../../engines/engine.ts';
import { Random } from '../../simulation/random.ts';
import { type Accounts, accountsOf } from './accounts.ts';
import { CHAOS } from './fault-plan.ts';
import { FaultProxy } from './fault-proxy.ts';
import { streamDocuments } from './stream-documents.ts';

export interface ChaosOptions {
  readonly seed: number;
  readonly kinesisEngine: Engine;
  readonly dynamodbEngine: Engine;
  /** How long events are sent. */
  readonly forMs: number;
  readonly flights: number;
  /** By how much delays are shortened, and kills follow each other more closely. */
  readonly haste: number;
  /** Called once, in the middle. */
  readonly restart?: () => Promise<void>;
  readonly onTrouble?: (line: string) => void;
}

export interface ChaosReport extends Accounts {
  readonly kills: number;
  readonly coldStarts: number;
  /** Calls by what happened to them. */
  readonly faults: FaultProxy['tally'];
  readonly tookMs: number;
}

const RESOURCES = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const KILL_EVERY_MS = 20_000;
// A drain is asked for until it comes through: it makes many calls, and each may fail.
const DRAINS_MAX = 100;

/**
 * Sends flights through the whole system, the built functions in their processes, while what they call fails in every way that it can and they
 * are killed at random, and compares what came out with a plain computation.
 *
 * A seed gives the same faults in the same order; which call meets which is up to the machine.
 */
export async function runChaos({ seed, kinesisEngine, dynamodbEngine, haste, onTrouble = () => {}, ...options }: ChaosOptions) {
  const startedAtMs = performance.now();
  const random = new Random(seed);
  const kinesis = createKinesisClient(kinesisEngine);
  const dynamodb = createDynamodbClient(dynamodbEngine);
  const proxies = await Promise.all(
    [kinesisEngine, dynamodbEngine].map(({ endpoint: target }) => FaultProxy.start({ target, random, rates: CHAOS, haste })),
  );
  const [kinesisProxy, dynamodbProxy] = proxies as [FaultProxy, FaultProxy];
  await Promise.all([
    createStream(kinesis, { streamName: RESOURCES.inputStream, shardCount: 2 }),
    createStream(kinesis, { streamName: RESOURCES.outputStream, shardCount: 1 }),
    createStream(kinesis, { streamName: RESOURCES.sideStream, shardCount: 1 }),
    createTable(dynamodb, RESOURCES.tableName),
  ]);
  const system = await LocalSystem.start({
    kinesis,
    resources: RESOURCES,
    pipelineEntry: join(import.meta.dirname, '..', '..', '..', 'examples', 'flights.ts'),
    environment: {
      AWS_REGION: EMULATOR_REGION,
      AWS_ACCESS_KEY_ID: EMULATOR_CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: EMULATOR_CREDENTIALS.secretAccessKey,
      AWS_ENDPOINT_URL_KINESIS: kinesisProxy.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodbProxy.endpoint,
    },
    fireEveryMs: 200,
    onTrouble,
  });
  const killing = new AbortController();
  let kills = 0;
  const kill = async () => {
    while (!killing.signal.aborted) {
      await pause((KILL_EVERY_MS / haste) * (0.5 + random.unit()), killing.signal);
      const pids = [system.ingest, ...system.fire].flatMap(({ pids: own }) => own);
      if (killing.signal.aborted || pids.length === 0) continue;
      process.kill(random.pick(pids), 'SIGKILL');
      kills++;
    }
  };
  const killer = kill();
  try {
    const flights = flightsByArrival().slice(0, options.flights);
    const events = flights.map((flight) => ({ partitionKey: flight.origin, data: JSON.stringify(flight) }));
    const eventsPerSecond = Math.ceil((flights.length * 1_000) / options.forMs);
    const restarting = pause(options.forMs / 2, killing.signal).then(options.restart);
    await produce({ kinesis, streamName: RESOURCES.inputStream, eventsPerSecond }, events);
    await restarting;
    await system.caughtUp();
    killing.abort();
    await killer;
    const report = await system.drain(DRAINS_MAX);
    const accounts = accountsOf({
      sent: await streamDocuments(kinesis, RESOURCES.inputStream),
      published: await streamDocuments(kinesis, RESOURCES.outputStream),
      refused: await streamDocuments(kinesis, RESOURCES.sideStream),
      report,
    });
    const faults = Object.fromEntries(
      Object.entries(kinesisProxy.tally).map(([kind, count]) => [kind, count + dynamodbProxy.tally[kind as keyof FaultProxy['tally']]]),
    ) as FaultProxy['tally'];
    const coldStarts = [system.ingest, ...system.fire].reduce((sum, each) => sum + each.coldStarts, 0);
    return { ...accounts, kills, coldStarts, faults, tookMs: Math.round(performance.now() - startedAtMs) } satisfies ChaosReport;
  } finally {
    killing.abort();
    await system.stop();
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    kinesis.destroy();
    dynamodb.destroy();
  }
}
