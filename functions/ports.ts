import { Logger } from '@aws-lambda-powertools/logger';
import { dynamodbClient } from '../shared/adapters/dynamodb/dynamodb-client.ts';
import { DynamoDBLogStore } from '../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { kinesisClient } from '../shared/adapters/kinesis/kinesis-client.ts';
import { KinesisInputStream } from '../shared/adapters/kinesis/kinesis-input-stream.ts';
import { KinesisPublisher } from '../shared/adapters/kinesis/kinesis-publisher.ts';
import { KinesisRefusalFeed } from '../shared/adapters/kinesis/kinesis-refusal-feed.ts';
import { kinesisShardDirectory } from '../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { lambdaClient } from '../shared/adapters/lambda/lambda-client.ts';
import { mappingSwitch } from '../shared/adapters/lambda/mapping-switch.ts';
import { lambdaWaker } from '../shared/adapters/lambda/lambda-waker.ts';
import { S3ObjectStore } from '../shared/adapters/s3/s3-object-store.ts';
import { systemClock } from '../shared/adapters/system-clock.ts';
import { systemTimer } from '../shared/adapters/system-timer.ts';
import type { FirePorts } from '../shared/firing/fire.ts';
import type { ControlPorts } from '../shared/control/request-control.ts';
import type { Clock } from '../shared/ports/clock.ts';
import type { InputStream } from '../shared/ports/input-stream.ts';
import type { IngestPorts } from '../shared/ingest/ingest.ts';
import { FIRST_LANE } from '../shared/pipeline/lane.ts';
import type { ApiPipeline } from './api/environment.ts';
import type { ServedPorts } from './api/served-pipeline.ts';
import type { Environment } from './environment.ts';
import type { SocketEnvironment } from './socket/environment.ts';
import { CountedLogStore } from './telemetry/counted-log-store.ts';
import { EmfWriter } from './telemetry/emf-writer.ts';
import { Meter } from './telemetry/meter.ts';
import type { Telemetry } from './telemetry/telemetry.ts';

// The composition root: the only place that makes adapters. Endpoints and credentials come from the SDK's own environment variables.
// One function a handler, so that neither bundle holds a client that the other needs.

/** @param pipeline What it is called where the environment knows no name that is its own in the account. */
export function createTelemetry(environment: Environment, pipeline: string): Telemetry {
  const { MULLION_METRICS: level, POWERTOOLS_SERVICE_NAME: service = pipeline, MULLION_LANE: lane } = environment;
  return {
    meter: new Meter({ writer: new EmfWriter(service), clock: systemClock, level }),
    log: new Logger({ serviceName: service, persistentKeys: { pipeline, ...(lane === FIRST_LANE ? {} : { lane }) } }),
  };
}

export function createIngestPorts(environment: Environment, meter: Meter): IngestPorts {
  const { MULLION_SIDE_STREAM: sideStream, MULLION_FIRE_FUNCTIONS: fireFunctions } = environment;
  return {
    logStore: new CountedLogStore(logStore(environment), meter),
    sideStream: new KinesisPublisher({ client: kinesisClient(), streamName: sideStream, onRetry: countRetries(meter) }),
    clock: systemClock,
    timer: systemTimer,
    ...(fireFunctions === undefined ? {} : { waker: lambdaWaker(lambdaClient(), fireFunctions.split(',')) }),
  };
}

export function createFirePorts(environment: Environment, meter: Meter): FirePorts {
  const {
    MULLION_INPUT_STREAM: inputStream,
    MULLION_OUTPUT_STREAM: outputStream,
    MULLION_SIDE_STREAM: sideStream,
    MULLION_STARTING_AT: startingAt,
    MULLION_PANES_PER_RECORD: panesPerRecord,
  } = environment;
  const kinesis = kinesisClient();
  const onRetry = countRetries(meter);
  return {
    logStore: new CountedLogStore(logStore(environment), meter),
    outputStream: new KinesisPublisher({ client: kinesis, streamName: outputStream, packs: panesPerRecord === 'many', onRetry }),
    sideStream: new KinesisPublisher({ client: kinesis, streamName: sideStream, onRetry }),
    shards: kinesisShardDirectory(kinesis, inputStream),
    shardProbe: new KinesisShardProbe(kinesis, inputStream, startingAt === undefined ? undefined : new Date(startingAt)),
    clock: systemClock,
  };
}

/** To note what ingest has given up. */
export function createDiscardsPorts(environment: Environment): ControlPorts & { readonly objects: S3ObjectStore } {
  const { config } = dynamodbClient();
  return { logStore: logStore(environment), objects: new S3ObjectStore(config), clock: systemClock };
}

// What was refused before the function began to watch, and is seen all the same.
const REFUSALS_WATCHED_MS = 15 * 60_000;

/** To read the logs of each pipeline, to ask something of it, and the time. */
export function createApiPorts(pipelines: readonly ApiPipeline[]): { readonly clock: Clock; readonly served: readonly ServedPorts[] } {
  const client = dynamodbClient();
  const kinesis = kinesisClient();
  const lambda = lambdaClient();
  const watchedFrom = new Date(systemClock.nowMs() - REFUSALS_WATCHED_MS);
  // Where payloads are objects, an entry says where its own is; requests are small.
  const objects = { store: new S3ObjectStore(client.config) };
  return {
    clock: systemClock,
    served: pipelines.map(({ table, inputStream, sideStream, retentionDays, mapping }) => ({
      logStore: new DynamoDBLogStore({ client, tableName: table, clock: systemClock, retentionDays, objects }),
      shards: kinesisShardDirectory(kinesis, inputStream),
      inputStream: new KinesisInputStream(kinesis, inputStream),
      clock: systemClock,
      ...(sideStream === undefined ? {} : { sideStream: new KinesisRefusalFeed(kinesis, sideStream, watchedFrom) }),
      ...(mapping === undefined ? {} : { switch: mappingSwitch(lambda, mapping) }),
    })),
  };
}

/** To put events on the input stream. */
export function createSocketPorts({ MULLION_INPUT_STREAM: streamName }: SocketEnvironment): { readonly stream: InputStream } {
  return { stream: new KinesisInputStream(kinesisClient(), streamName) };
}

function countRetries(meter: Meter): (records: number) => void {
  return (records) => meter.add('publishRetries', records);
}

function logStore(environment: Environment): DynamoDBLogStore {
  const { MULLION_TABLE: tableName, MULLION_RETENTION_DAYS: retentionDays } = environment;
  const { MULLION_PAYLOADS: at, MULLION_PAYLOADS_FROM_BYTES: fromBytes } = environment;
  const client = dynamodbClient();
  const objects = at === undefined ? {} : { objects: { store: new S3ObjectStore(client.config), written: { at, fromBytes } } };
  return new DynamoDBLogStore({ client, tableName, clock: systemClock, retentionDays, ...objects });
}
