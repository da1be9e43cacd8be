import { App, Duration, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { PipelineApi } from '../../infra/constructs/pipeline-api.ts';
import { WindowPipeline } from '../../infra/constructs/window-pipeline.ts';

/** What people build with the construct, from the least to the most. */
export const SHAPES: Readonly<Record<string, (stack: Stack) => unknown>> = {
  minimal: (stack) => new WindowPipeline(stack, 'Flights', { entry: 'flights.ts' }),

  'everything on': (stack) => {
    const encryptionKey = new kms.Key(stack, 'Key', { enableKeyRotation: true });
    const vpc = network(stack);
    const flights = new WindowPipeline(stack, 'Flights', {
      entry: 'flights.ts',
      name: 'flights-again',
      startingPosition: new Date('2026-03-01T00:00:00Z'),
      lanes: 3,
      inputShardCount: 4,
      outputShardCount: 2,
      sideShardCount: 2,
      panesPerRecord: 'many',
      streamRetention: Duration.days(7),
      batchSize: 5_000,
      batchWindow: Duration.seconds(5),
      tickInterval: Duration.minutes(5),
      stateRetention: Duration.days(45),
      fireReservedConcurrency: 1,
      encryptionKey,
      network: { vpc },
      payloads: { fromBytes: 20_000 },
      history: { retention: Duration.days(400), bufferInterval: Duration.minutes(5), database: 'flights' },
      metrics: 'shards',
      logLevel: 'DEBUG',
      dashboard: true,
      discard: { bucket: discards(stack), retryAttempts: 1_000, recordAge: Duration.days(1) },
      alarms: { topic: new sns.Topic(stack, 'Trouble', { enforceSSL: true }), runbooksUrl: 'https://wiki.example/mullion' },
    });
    new PipelineApi(stack, 'Api', { pipelines: [flights], encryptionKey, network: { vpc }, requestsPerSecond: 50 });
  },

  'streams of its own': (stack) =>
    new WindowPipeline(stack, 'Flights', {
      entry: 'flights.ts',
      inputStream: kinesis.Stream.fromStreamArn(stack, 'Orders', 'arn:aws:kinesis:us-east-1:111111111111:stream/orders'),
    }),

  'three pipelines': (stack) => {
    const minutes = new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts' });
    const hours = new WindowPipeline(stack, 'Hours', { entry: 'hours.ts', inputStream: minutes.outputStream });
    const again = new WindowPipeline(stack, 'Again', { entry: 'minutes.ts', inputStream: minutes.inputStream, name: 'again' });
    const tokens = { issuer: 'https://idp.example', audience: ['mullion'], readScope: 'mullion/read', writeScope: 'mullion/write' };
    new PipelineApi(stack, 'Api', { pipelines: [minutes, hours, again], authorization: tokens });
  },
};

export function stackOf(shape: (stack: Stack) => unknown): Stack {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'us-east-1' } });
  shape(stack);
  return stack;
}

/** One that exists: what is in it is up to whoever uses the construct. */
export function network(stack: Stack): ec2.IVpc {
  return ec2.Vpc.fromVpcAttributes(stack, 'Vpc', {
    vpcId: 'vpc-00000001',
    availabilityZones: ['us-east-1a', 'us-east-1b'],
    privateSubnetIds: ['subnet-00000001', 'subnet-00000002'],
  });
}

/** A bucket as one should be; where records go is up to whoever uses the construct. */
function discards(stack: Stack): s3.Bucket {
  const bucketProps = { enforceSSL: true, blockPublicAccess: s3.BlockPublicAccess.BLOCK_ALL };
  const serverAccessLogsBucket = new s3.Bucket(stack, 'AccessLogs', bucketProps) as s3.IBucket;
  return new s3.Bucket(stack, 'Discarded', { ...bucketProps, serverAccessLogsBucket });
}
