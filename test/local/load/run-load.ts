import type { Context, KinesisStreamEvent } from 'aws-lambda';
import type { Pane } from 'mullion';
import { createFireHandler } from '../../../functions/fire/handler.ts';
import { createIngestHandler } from '../../../functions/ingest/handler.ts';
import { type LocalAws, startLocalAws } from '../../../local/emulators/local-aws.ts';
import { EventSourceMapping } from '../../../local/event-source-mapping/event-source-mapping.ts';
import { produce } from '../../../local/producer.ts';
import { createStream } from '../../../local/provisioning/stream.ts';
import { createTable } from '../../../local/provisioning/table.ts';
import { startSchedule } from '../../../local/schedule.ts';
import { DynamoDBLogStore } from '../../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { KinesisPublisher } from '../../../shared/adapters/kinesis/kinesis-publisher.ts';
import { kinesisShardDirectory } from '../../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { KinesisShardProbe } from '../../../shared/adapters/kinesis/kinesis-shard-probe.ts';
import { systemClock } from '../../../shared/adapters/system-clock.ts';
import type { FirePorts } from '../../../shared/firing/fire.ts';
import type { FireReport } from '../../../shared/firing/fire-report.ts';
import type { IngestPorts } from '../../../shared/ingest/ingest.ts';
import type { Refusal } from '../../../shared/log/refusal.ts';
import { streamDocuments } from '../chaos/stream-documents.ts';
import payments from '../examples/payments.ts';
import { type Comparison, compare } from './compare.ts';
import { MemorySamples } from './memory-samples.ts';
import { type TrafficOptions, trafficOf } from './traffic.ts';

export interface LoadOptions extends TrafficOptions {
  readonly shards: number;
  /** Gets what goes wrong and is tried again. */
  readonly onTrouble: (error: unknown) => void;
}

export interface LoadReport extends Comparison {
  readonly report: FireReport;
  readonly memory: MemorySamples;
  /** From the first event on until all are committed and those that can be are fired. */
  readonly tookMs: number;
}

const RESOURCES = { tableName: 'state', inputStream: 'in', outputStream: 'out', sideStream: 'side' };
const FIRE_EVERY_MS = 250;
const SAMPLE_EVERY_MS = 500;
const CONTEXT = {} as Context;

/**
 * Sends payments as fast as the emulators take them through the handlers, behind the mapping and the schedule that stand for Lambda's, and compares what comes out with a plain
 * computation. The handlers are in this process, so that its heap is theirs; the emulators are in others.
 */
export async function runLoad({ shards, onTrouble, ...traffic }: LoadOptions): Promise<LoadReport> {
  const aws = await startLocalAws();
  try {
    await Promise.all([
      createStream(aws.kinesis, { streamName: RESOURCES.inputStream, shardCount: shards }),
      createStream(aws.kinesis, { streamName: RESOURCES.outputStream, shardCount: 1 }),
      createStream(aws.kinesis, { streamName: RESOURCES.sideStream, shardCount: 1 }),
      createTable(aws.dynamodb, RESOURCES.tableName),
    ]);
    return await load(aws, traffic, onTrouble);
  } finally {
    await aws.stop();
  }
}

async function load(aws: LocalAws, traffic: TrafficOptions, onTrouble: (error: unknown) => void): Promise<LoadReport> {
  const { kinesis } = aws;
  const ports = portsOn(aws);
  const fire = createFireHandler(payments, ports);
  const memory = new MemorySamples();
  const sampling = startSchedule({ everyMs: SAMPLE_EVERY_MS, run: () => memory.take(), onError: onTrouble });
  const startedAtMs = performance.now();
  const mapping = await EventSourceMapping.start({
    kinesis,
    streamName: RESOURCES.inputStream,
    target: { functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:ingest', invoke: ingestingOn(ports) },
    startingPosition: 'TRIM_HORIZON',
    configuration: { batchSize: 10_000, bisectBatchOnFunctionError: true, functionResponseTypes: ['ReportBatchItemFailures'] },
    onError: onTrouble,
  });
  const firing = startSchedule({ everyMs: FIRE_EVERY_MS, run: async () => fire({}, CONTEXT), onError: onTrouble });
  const events = trafficOf(traffic);
  try {
    await produce({ kinesis, streamName: RESOURCES.inputStream }, events);
    await mapping.caughtUp();
  } finally {
    await Promise.all([mapping.stop(), firing.stop(), sampling.stop()]);
  }
  await fire({}, CONTEXT);
  const tookMs = performance.now() - startedAtMs;

  const report = await fire({ action: 'drain' }, CONTEXT);
  const documents = async <T>(streamName: string) => (await streamDocuments<T>(kinesis, streamName)).map(({ document }) => document);
  const [published, refused] = [await documents<Pane>(RESOURCES.outputStream), await documents<Refusal>(RESOURCES.sideStream)];
  return { ...compare(trafficOf(traffic), { published: published as Pane<never>[], refused, report }), report, memory, tookMs };
}

/** A handler for each shard, warm for as long as it lasts, as Lambda has them. */
function ingestingOn(ports: IngestPorts) {
  const byShard = new Map<string, ReturnType<typeof createIngestHandler>>();
  return async (event: unknown) => {
    const delivery = event as KinesisStreamEvent;
    const shard = delivery.Records[0]?.eventID.split(':')[0] ?? '';
    const ingest = byShard.get(shard) ?? createIngestHandler(payments, ports);
    byShard.set(shard, ingest);
    try {
      return { kind: 'returned' as const, requestId: shard, response: await ingest(delivery, CONTEXT) };
    } catch (error) {
      const { name: errorType, message: errorMessage } = error as Error;
      return { kind: 'failed' as const, requestId: shard, error: { errorType, errorMessage, trace: [] } };
    }
  };
}

function portsOn({ kinesis, dynamodb }: LocalAws): IngestPorts & FirePorts {
  const publisher = (streamName: string) => new KinesisPublisher({ client: kinesis, streamName });
  return {
    logStore: new DynamoDBLogStore({ client: dynamodb, tableName: RESOURCES.tableName, clock: systemClock, retentionDays: 30 }),
    outputStream: publisher(RESOURCES.outputStream),
    sideStream: publisher(RESOURCES.sideStream),
    shards: kinesisShardDirectory(kinesis, RESOURCES.inputStream),
    shardProbe: new KinesisShardProbe(kinesis, RESOURCES.inputStream),
    clock: systemClock,
  };
}
