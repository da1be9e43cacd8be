import { CfnOutput, Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import type * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { HistoryBucket } from './history-bucket.ts';
import type { SettledHistory } from './history-rule.ts';
import { PaneCatalog } from './pane-catalog.ts';
import { PaneDelivery } from './pane-delivery.ts';
import { PipelineAlarm } from './pipeline-alarm.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface PaneHistoryProps {
  readonly settings: PipelineSettings;
  readonly history: SettledHistory;
  readonly outputStream: kinesis.IStream;
}

/** What a pipeline has fired, in S3, to be queried by Athena. It reads the output stream as any consumer does; the pipeline knows nothing of it. */
export class PaneHistory extends Construct {
  /** Where the panes are, as gzipped lines of JSON. */
  readonly bucket: s3.Bucket;
  /** As a query says it: `database.table`. */
  readonly tableName: string;
  /** On what is not delivered in time. */
  readonly alarms: readonly PipelineAlarm[];

  constructor(scope: Construct, id: string, { settings, history, outputStream }: PaneHistoryProps) {
    super(scope, id);
    const { removalPolicy, encryptionKey } = settings;
    const { historyLagMax } = settings.alarms;
    const bucket = new HistoryBucket(this, 'Bucket', { retentionDays: history.retentionDays, removalPolicy, encryptionKey });
    const { bufferSeconds } = history;
    const { streamName } = new PaneDelivery(this, 'Delivery', { settings, outputStream, bucket, bufferSeconds });
    this.bucket = bucket;
    this.tableName = new PaneCatalog(this, 'Catalog', { settings, history, bucket }).tableName;

    const alarm = (alarmId: string, says: string, metricName: string, above: number) =>
      new PipelineAlarm(this, alarmId, {
        settings,
        says: `${says} for more than ${historyLagMax.toMinutes()} minutes. Nothing is lost before the retention of the stream ends; results themselves are not affected.`,
        runbook: 'history-lag',
        metric: new cloudwatch.Metric({
          namespace: 'AWS/Firehose',
          metricName,
          dimensionsMap: { DeliveryStreamName: streamName },
          statistic: cloudwatch.Stats.MAXIMUM,
          period: Duration.minutes(5),
        }),
        above,
        // Without panes there is no age of any.
        periods: 1,
      });
    this.alarms = [
      alarm(
        'HistoryRead',
        'panes wait in the output stream to be read for the history',
        'KinesisMillisBehindLatest',
        historyLagMax.toMilliseconds(),
      ),
      alarm(
        'HistoryDelivery',
        'panes that were read for the history are not in S3',
        'DeliveryToS3.DataFreshness',
        historyLagMax.toSeconds(),
      ),
    ];

    new CfnOutput(this, 'TableName', { value: this.tableName, description: 'Fired panes, for Athena' });
    new CfnOutput(this, 'BucketName', { value: bucket.bucketName, description: 'Fired panes, by day' });
  }
}
