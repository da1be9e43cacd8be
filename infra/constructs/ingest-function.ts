import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { bundleFunction } from '../../functions/bundle.ts';
import type { FunctionNetwork } from './function-network.ts';
import { IngestMapping } from './ingest-mapping.ts';
import type { PayloadBucket } from './payload-bucket.ts';
import { PipelineAlarm } from './pipeline-alarm.ts';
import { PipelineFunction } from './pipeline-function.ts';
import type { PipelineSettings } from './pipeline-settings.ts';
import type { StateTable } from './state-table.ts';

export interface IngestFunctionProps {
  readonly settings: PipelineSettings;
  readonly network: FunctionNetwork | undefined;
  readonly table: StateTable;
  readonly payloadBucket: PayloadBucket | undefined;
  readonly inputStream: kinesis.IStream;
  readonly sideStream: kinesis.IStream;
  /** Woken when a commit lets something leave. */
  readonly fireFunctions: readonly lambda.IFunction[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Folds the batches of the input stream into the shard logs. Runs only when there are records. */
export class IngestFunction extends PipelineFunction {
  readonly mapping: IngestMapping;
  readonly lagAlarm: PipelineAlarm;
  readonly throttleAlarm: PipelineAlarm;

  constructor(scope: Construct, id: string, props: IngestFunctionProps) {
    const { settings, inputStream } = props;
    super(scope, id, {
      description: 'Mullion ingest: folds batches of events into the shard logs.',
      bundle: (outdir) => bundleFunction({ kind: 'ingest', pipelineEntry: settings.entry, outdir }),
      settings,
      network: props.network,
      memoryMb: settings.ingestMemoryMb,
      timeout: settings.ingestTimeout,
      environment: props.environment,
    });

    // The event source mapping reads with the function's role. DescribeStream is asked for when the mapping is made;
    // ListStreams and SubscribeToShard, which AWS's managed policy adds, serve the console and fan-out consumers.
    this.allow(
      ['kinesis:DescribeStream', 'kinesis:DescribeStreamSummary', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'],
      [inputStream.streamArn],
    );
    this.allowDecrypting(inputStream);
    this.allow(['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query'], [props.table.tableArn]);
    this.allowPayloads(props.payloadBucket);
    this.allow(['kinesis:PutRecords'], [props.sideStream.streamArn]);
    this.allow(
      ['lambda:InvokeFunction'],
      props.fireFunctions.map(({ functionArn }) => functionArn),
    );

    const bucket = settings.discard?.bucket;
    if (bucket !== undefined) {
      this.allowObjects(bucket, ['s3:PutObject'], 'AWS names the objects of discarded batches itself; nothing narrower holds them all.');
      this.allow(['s3:ListBucket'], [bucket.bucketArn]);
      bucket.encryptionKey?.grant(this.grantee, 'kms:GenerateDataKey');
    }

    this.mapping = new IngestMapping(this, 'Mapping', { settings, inputStream, function: this.function });

    this.lagAlarm = new PipelineAlarm(this, 'Lag', {
      settings,
      says: `records wait in the input stream for more than ${settings.alarms.ingestLagMax.toMinutes()} minutes: ingest fails or is too slow. Nothing is lost before the retention of the stream ends.`,
      runbook: 'ingest-lag',
      metric: this.function.metric('IteratorAge', { statistic: cloudwatch.Stats.MAXIMUM, period: Duration.minutes(1) }),
      above: settings.alarms.ingestLagMax.toMilliseconds(),
      // No records, no invocation, no age.
      periods: 3,
      of: 5,
    });
    // Without an invocation there is no age either, however long records wait.
    this.throttleAlarm = new PipelineAlarm(this, 'Throttles', {
      settings,
      says: 'ingest is throttled: the account has no concurrency left for it. Nothing is lost before the retention of the stream ends.',
      runbook: 'ingest-throttled',
      metric: this.function.metricThrottles({ statistic: cloudwatch.Stats.SUM, period: Duration.minutes(1) }),
      above: 0,
      periods: 3,
      of: 5,
    });
  }

  get alarms(): readonly PipelineAlarm[] {
    const { discardAlarm } = this.mapping;
    return [this.lagAlarm, this.throttleAlarm, ...(discardAlarm === undefined ? [] : [discardAlarm])];
  }
}
