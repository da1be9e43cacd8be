import { CfnOutput } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { DiscardsFunction } from './discards-function.ts';
import { allowLogs } from './encryption-key.ts';
import { FireFunction } from './fire-function.ts';
import { FunctionNetwork } from './function-network.ts';
import { IngestFunction } from './ingest-function.ts';
import { PaneHistory } from './pane-history.ts';
import { settlePipeline } from './pipeline-settings.ts';
import { PayloadBucket } from './payload-bucket.ts';
import { pipelineWidgets } from './pipeline-widgets.ts';
import { PipelineStream } from './pipeline-stream.ts';
import { ResultAlarms } from './result-alarms.ts';
import type { ServedPipelineFacts } from './served-pipeline.ts';
import { StateTable } from './state-table.ts';
import type { WindowPipelineProps } from './window-pipeline-props.ts';

/**
 * One window pipeline, ready to run: streams, table, the two functions and what starts them.
 *
 * Nothing in it has a fixed name, so a stack can hold several. One input stream can feed several pipelines.
 *
 * @throws PipelinePropError when a prop cannot work; BundleError when the pipeline module cannot become a function.
 */
export class WindowPipeline extends Construct {
  /** Producers write here: the stream that was given, or the one that was made. */
  readonly inputStream: kinesis.IStream;
  /** Fired panes. Give it to the next pipeline as its `inputStream` to chain them. */
  readonly outputStream: kinesis.IStream;
  /** Refused events, raw, with reason and place. */
  readonly sideStream: kinesis.IStream;
  /** Logs, epochs and snapshots. */
  readonly table: dynamodb.Table;
  /** Large payloads, where there is a rule for them. */
  readonly payloadBucket: s3.Bucket | undefined;
  /** What was fired, in S3, where that was asked for: `history.bucket`, and `history.tableName` for Athena. */
  readonly history: PaneHistory | undefined;
  /** Folds batches of the input stream. */
  readonly ingestFunction: lambda.IFunction;
  /** One a lane. */
  readonly fireFunctions: readonly lambda.IFunction[];
  /** They notify the topic that they were given as a prop; to each, other actions can be added: `alarm.addAlarmAction(…)`. */
  readonly alarms: readonly cloudwatch.Alarm[];
  /** Rows for a dashboard of your own: is it healthy, how late is it, what is it costing. `new Dashboard(stack, 'Orders', { widgets: pipeline.widgets })`. */
  readonly widgets: cloudwatch.IWidget[][];
  /** Where it was asked for. */
  readonly dashboard: cloudwatch.Dashboard | undefined;

  /** What a {@link PipelineApi} over it has to know. */
  readonly served: ServedPipelineFacts;

  constructor(scope: Construct, id: string, props: WindowPipelineProps) {
    super(scope, id);
    const settings = settlePipeline(this, props);

    const stream = (streamId: string, shardCount: number) =>
      new PipelineStream(this, streamId, {
        shardCount,
        retention: settings.streamRetention,
        removalPolicy: settings.removalPolicy,
        encryptionKey: settings.encryptionKey,
      });
    const inputStream = props.inputStream ?? stream('Input', settings.inputShardCount);
    const outputStream = stream('Output', settings.outputShardCount);
    const sideStream = stream('Side', settings.sideShardCount);
    const table = new StateTable(this, 'Table', {
      removalPolicy: settings.removalPolicy,
      deletionProtection: settings.deletionProtection,
      encryptionKey: settings.encryptionKey,
    });

    const payloadBucket =
      settings.payloadsFromBytes === undefined
        ? undefined
        : new PayloadBucket(this, 'Payloads', {
            stateRetentionDays: settings.stateRetentionDays,
            removalPolicy: settings.removalPolicy,
            encryptionKey: settings.encryptionKey,
          });
    if (settings.encryptionKey !== undefined) allowLogs(settings.encryptionKey, this);
    const network = settings.network && new FunctionNetwork(this, 'Network', settings.network);

    // What the handlers read at start.
    const environment = {
      MULLION_TABLE: table.tableName,
      MULLION_INPUT_STREAM: inputStream.streamName,
      MULLION_OUTPUT_STREAM: outputStream.streamName,
      MULLION_SIDE_STREAM: sideStream.streamName,
      MULLION_RETENTION_DAYS: String(settings.stateRetentionDays),
      ...(settings.name === undefined ? {} : { MULLION_NAME: settings.name }),
      ...(settings.startingAt === undefined ? {} : { MULLION_STARTING_AT: settings.startingAt.toISOString() }),
      MULLION_LANES: String(settings.lanes),
      MULLION_METRICS: settings.metrics,
      POWERTOOLS_SERVICE_NAME: settings.service,
      POWERTOOLS_LOG_LEVEL: settings.logLevel,
      ...(settings.panesPerRecord === 'one' ? {} : { MULLION_PANES_PER_RECORD: settings.panesPerRecord }),
      ...(payloadBucket === undefined
        ? {}
        : { MULLION_PAYLOADS: payloadBucket.address, MULLION_PAYLOADS_FROM_BYTES: String(settings.payloadsFromBytes) }),
    };
    const fire = Array.from({ length: settings.lanes }, (_each, lane) => {
      const fireProps = { settings, network, table, payloadBucket, inputStream, outputStream, sideStream, environment, lane };
      return new FireFunction(this, lane === 0 ? 'Fire' : `Fire${lane}`, fireProps);
    });
    const history = settings.history && new PaneHistory(this, 'History', { settings, history: settings.history, outputStream });
    // Firehose reads from when it is there, so nothing may fire before.
    if (history !== undefined) for (const each of fire) each.node.addDependency(history);
    const fireFunctions = fire.map((each) => each.function);
    const ingest = new IngestFunction(this, 'Ingest', {
      settings,
      network,
      table,
      payloadBucket,
      inputStream,
      sideStream,
      fireFunctions,
      environment: { ...environment, MULLION_FIRE_FUNCTIONS: fireFunctions.map(({ functionName }) => functionName).join(',') },
    });

    const { discard } = settings;
    if (discard !== undefined)
      new DiscardsFunction(this, 'Discards', { settings, bucket: discard.bucket, mapping: ingest.mapping, network, table, environment });

    this.inputStream = inputStream;
    this.outputStream = outputStream;
    this.sideStream = sideStream;
    this.table = table;
    this.payloadBucket = payloadBucket;
    this.history = history;
    this.ingestFunction = ingest.function;
    this.fireFunctions = fireFunctions;
    this.served = {
      entry: settings.entry,
      name: settings.name,
      stateRetentionDays: settings.stateRetentionDays,
      encryptionKey: settings.encryptionKey,
      mappingId: ingest.mapping.mappingId,
      payloadBucket,
      inputStream,
      sideStream,
      table,
    };
    const { alarms } = new ResultAlarms(this, 'Alarms', { settings, sideStream });
    this.alarms = [...ingest.alarms, ...fire.map(({ failureAlarm }) => failureAlarm), ...alarms, ...(history?.alarms ?? [])];

    const made = [
      ...(props.inputStream === undefined ? [settings.inputShardCount] : []),
      settings.outputShardCount,
      settings.sideShardCount,
    ];
    this.widgets = pipelineWidgets({
      settings,
      alarms: this.alarms,
      ingest: { function: ingest.function, memoryMb: settings.ingestMemoryMb },
      fire: fireFunctions.map((each) => ({ function: each, memoryMb: settings.fireMemoryMb })),
      table,
      sideStream,
      discarded: ingest.mapping.discardedRecords,
      shards: made.reduce((sum, shards) => sum + shards, 0),
    });
    this.dashboard = settings.dashboard ? new cloudwatch.Dashboard(this, 'Dashboard', { widgets: this.widgets }) : undefined;

    new CfnOutput(this, 'InputStreamName', { value: inputStream.streamName, description: 'Put events here' });
    new CfnOutput(this, 'OutputStreamName', { value: outputStream.streamName, description: 'Fired panes' });
    new CfnOutput(this, 'SideStreamName', { value: sideStream.streamName, description: 'Refused events' });
    new CfnOutput(this, 'TableName', { value: table.tableName, description: 'Logs, epochs and snapshots' });
  }
}
