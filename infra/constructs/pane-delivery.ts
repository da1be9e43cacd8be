import { Stack } from 'aws-cdk-lib';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as firehose from 'aws-cdk-lib/aws-kinesisfirehose';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acceptAllObjects, acceptFinding } from './accepted-finding.ts';
import type { HistoryBucket } from './history-bucket.ts';
import { DAY_COLUMN } from './pane-columns.ts';
import type { PipelineSettings } from './pipeline-settings.ts';

export interface PaneDeliveryProps {
  readonly settings: PipelineSettings;
  readonly outputStream: kinesis.IStream;
  readonly bucket: HistoryBucket;
  readonly bufferSeconds: number;
}

/** Below it are the days. */
export const PANES_PREFIX = 'panes/';

const LOG_STREAM = 'delivery';
// The most that Firehose gathers.
const BUFFER_MB = 128;

/**
 * Firehose from the output stream to S3: compressed lines of JSON, by the day on which they were published.
 *
 * Not by the time of their windows: for that Firehose would have to open every record, which costs as much again, and a replay of a year would open as many partitions as it
 * takes at most. So a day that is over is complete, and never changes.
 */
export class PaneDelivery extends Construct {
  /** Of the delivery stream, by which its metrics are called. */
  readonly streamName: string;

  constructor(scope: Construct, id: string, { settings, outputStream, bucket, bufferSeconds }: PaneDeliveryProps) {
    super(scope, id);
    const { encryptionKey, logRetention, removalPolicy } = settings;
    const logGroup = new logs.LogGroup(this, 'Logs', { retention: logRetention, removalPolicy, ...(encryptionKey && { encryptionKey }) });
    // Firehose makes none itself.
    const logStream = new logs.LogStream(this, 'LogStream', { logGroup, logStreamName: LOG_STREAM, removalPolicy });

    const role = new iam.Role(this, 'Role', {
      assumedBy: new iam.ServicePrincipal('firehose.amazonaws.com', {
        // Only Firehose of this account may use the role, whoever else learns its name.
        conditions: { StringEquals: { 'sts:ExternalId': Stack.of(this).account } },
      }),
    });
    const allow = (actions: string[], resource: string) => role.addToPolicy(new iam.PolicyStatement({ actions, resources: [resource] }));
    allow(['kinesis:DescribeStream', 'kinesis:GetRecords', 'kinesis:GetShardIterator', 'kinesis:ListShards'], outputStream.streamArn);
    allow(['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'], bucket.bucketArn);
    const objects = bucket.arnForObjects(`${PANES_PREFIX}*`);
    allow(['s3:AbortMultipartUpload', 's3:GetObject', 's3:PutObject'], objects);
    acceptAllObjects(role, objects, 'Firehose names its objects itself; nothing narrower holds them all.');
    allow(['logs:PutLogEvents'], logGroup.logGroupArn);
    encryptionKey?.grant(role, 'kms:Decrypt', 'kms:GenerateDataKey');

    const delivery = new firehose.CfnDeliveryStream(this, 'Resource', {
      deliveryStreamType: 'KinesisStreamAsSource',
      kinesisStreamSourceConfiguration: { kinesisStreamArn: outputStream.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `${PANES_PREFIX}${DAY_COLUMN.name}=!{timestamp:yyyy-MM-dd}/`,
        // Firehose asks for it wherever a prefix has a time in it. Nothing that is only appended to can fail.
        errorOutputPrefix: `${PANES_PREFIX}failed/!{firehose:error-output-type}/`,
        bufferingHints: { intervalInSeconds: bufferSeconds, sizeInMBs: BUFFER_MB },
        compressionFormat: 'GZIP',
        // A record is a pane, or some a line each, and ends without the new line that this appends.
        processingConfiguration: { enabled: true, processors: [{ type: 'AppendDelimiterToRecord' }] },
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
      },
    });
    // It tries the role when it is made; CloudFormation sees no link to the role's policy by itself.
    delivery.node.addDependency(role);
    acceptFinding(
      delivery,
      'AwsSolutions-KDF1',
      'Firehose keeps nothing of what it reads from a Kinesis stream, and takes no such setting then; stream and bucket are encrypted.',
    );
    this.streamName = delivery.ref;
  }
}
