import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as lambda from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { PipelineAlarm } from './pipeline-alarm.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface IngestMappingProps {
  readonly settings: PipelineSettings;
  readonly inputStream: kinesis.IStream;
  readonly function: lambda.IFunction;
}

// Lambda's word for "no limit".
const FOR_EVER = -1;

/**
 * The event source mapping: how Lambda turns shards into batches. What exactly-once rests on is written out, defaults
 * included, so that the template says it and a change of AWS's defaults does not matter.
 */
export class IngestMapping extends Construct {
  /** How many records were discarded; where they may be. */
  readonly discardedRecords: cloudwatch.Metric | undefined;
  /** Alarm on any discarded record; there is one only where records may be discarded. */
  readonly discardAlarm: PipelineAlarm | undefined;
  /** What Lambda calls it. */
  readonly mappingId: string;

  constructor(scope: Construct, id: string, props: IngestMappingProps) {
    super(scope, id);
    const { batchSize, batchWindow, discard, startingAt } = props.settings;

    const mapping = new lambda.CfnEventSourceMapping(this, 'Resource', {
      functionName: props.function.functionName,
      eventSourceArn: props.inputStream.streamArn,
      // Only for shards that are there when the mapping is made; the positions in the log tell what has been folded in already.
      ...(startingAt === undefined
        ? { startingPosition: 'TRIM_HORIZON' }
        : { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: startingAt.getTime() / 1000 }),
      batchSize,
      maximumBatchingWindowInSeconds: batchWindow.toSeconds(),
      // One batch of a shard at a time, in order.
      parallelizationFactor: 1,
      // Lambda ignores the failures that ingest reports unless this is set.
      functionResponseTypes: ['ReportBatchItemFailures'],
      // A batch that cannot be finished in time comes back smaller.
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: discard?.retryAttempts ?? FOR_EVER,
      maximumRecordAgeInSeconds: discard?.recordAge?.toSeconds() ?? FOR_EVER,
      ...(discard !== undefined && {
        destinationConfig: { onFailure: { destination: discard.bucket.bucketArn } },
        metricsConfig: { metrics: ['EventCount'] },
      }),
    });

    this.mappingId = mapping.ref;

    // The prop is checked already; this is for whoever reaches the resource itself.
    this.node.addValidation({
      validate: () =>
        mapping.parallelizationFactor === 1
          ? []
          : [
              `parallelizationFactor was set to ${mapping.parallelizationFactor}; it must stay 1, or events are dropped as already counted.`,
            ],
    });

    if (discard !== undefined) {
      this.discardedRecords = new cloudwatch.Metric({
        namespace: 'AWS/Lambda',
        metricName: 'DroppedEventCount',
        dimensionsMap: { EventSourceMappingUUID: mapping.ref },
        statistic: cloudwatch.Stats.SUM,
        period: Duration.minutes(1),
      });
      this.discardAlarm = new PipelineAlarm(this, 'Discarded', {
        settings: props.settings,
        says: 'ingest gave up on records. They are in the discard bucket; results are incomplete without them.',
        runbook: 'discarded-records',
        metric: this.discardedRecords,
        above: 0,
        periods: 1,
      });
    }
  }
}
