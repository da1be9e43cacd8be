import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as logs from 'aws-cdk-lib/aws-logs';
import * as s3 from 'aws-cdk-lib/aws-s3';
import * as sns from 'aws-cdk-lib/aws-sns';
import { PipelineApi, PipelineSocket, WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';

/** The pipeline modules of a stack; a template does not depend on them. */
export interface Entries {
  readonly flights: string;
  readonly minutes: string;
  readonly hours: string;
}

const NAMES: Entries = { flights: 'flights.ts', minutes: 'minutes.ts', hours: 'hours.ts' };

/** What people build with the construct, from the least to the most. */
export const SHAPES: Readonly<Record<string, (stack: Stack, entries?: Entries) => unknown>> = {
  minimal: (stack, { flights } = NAMES) => new WindowPipeline(stack, 'Flights', { entry: flights }),

  'everything on': (stack, { flights } = NAMES) => {
    const props = everything(stack, flights);
    const { encryptionKey, network: place } = props;
    const pipeline = new WindowPipeline(stack, 'Flights', props);
    new PipelineApi(stack, 'Api', { pipelines: [pipeline], encryptionKey, network: place, tracing: true, requestsPerSecond: 50 });
    new PipelineSocket(stack, 'Socket', { pipeline, encryptionKey, network: place, tracing: true, messagesPerSecond: 50 });
  },

  'streams of its own': (stack, { flights } = NAMES) =>
    new PipelineSocket(stack, 'Socket', {
      requestLog: false,
      pipeline: new WindowPipeline(stack, 'Flights', {
        entry: flights,
        inputStream: kinesis.Stream.fromStreamArn(stack, 'Orders', 'arn:aws:kinesis:us-east-1:111111111111:stream/orders'),
      }),
    }),

  'three pipelines': (stack, entries = NAMES) => {
    const minutes = new WindowPipeline(stack, 'Minutes', { entry: entries.minutes });
    const hours = new WindowPipeline(stack, 'Hours', { entry: entries.hours, inputStream: minutes.outputStream });
    const again = new WindowPipeline(stack, 'Again', { entry: entries.minutes, inputStream: minutes.inputStream, name: 'again' });
    const tokens = { issuer: 'https://idp.example', audience: ['mullion'], readScope: 'mullion/read', writeScope: 'mullion/write' };
    new PipelineApi(stack, 'Api', { pipelines: [minutes, hours, again], authorization: tokens });
  },
};

export function stackOf(shape: (stack: Stack) => unknown): Stack {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'us-east-1' } });
  shape(stack);
  return stack;
}

/** All that can be said, so that whoever adds a prop is told to add it here. */
type Rules = 'alarms' | 'discard' | 'history' | 'network' | 'payloads';
type Everything = Required<Omit<WindowPipelineProps, 'inputStream' | 'profile' | Rules>> & {
  readonly [R in Rules]: Required<NonNullable<WindowPipelineProps[R]>>;
};

function everything(stack: Stack, entry: string): Everything {
  return {
    entry,
    name: 'flights-again',
    startingPosition: new Date('2026-03-01T00:00:00Z'),
    lanes: 3,
    checkDefinition: true,
    inputShardCount: 4,
    outputShardCount: 2,
    sideShardCount: 2,
    panesPerRecord: 'many',
    streamRetention: Duration.days(7),
    batchSize: 5_000,
    batchWindow: Duration.seconds(5),
    parallelizationFactor: 1,
    tickInterval: Duration.minutes(5),
    ingestMemoryMb: 1_024,
    fireMemoryMb: 3_538,
    ingestTimeout: Duration.minutes(2),
    fireTimeout: Duration.minutes(15),
    fireReservedConcurrency: 1,
    encryptionKey: new kms.Key(stack, 'Key', { enableKeyRotation: true }),
    network: {
      vpc: network(stack),
      subnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [ec2.SecurityGroup.fromSecurityGroupId(stack, 'Https', 'sg-00000001')],
    },
    stateRetention: Duration.days(45),
    payloads: { fromBytes: 20_000 },
    history: { retention: Duration.days(400), bufferInterval: Duration.minutes(5), database: 'flights' },
    discard: { bucket: discards(stack), retryAttempts: 1_000, recordAge: Duration.days(1) },
    metrics: 'shards',
    logLevel: 'DEBUG',
    tracing: true,
    logRetention: logs.RetentionDays.ONE_YEAR,
    dashboard: true,
    alarms: {
      topic: new sns.Topic(stack, 'Trouble', { enforceSSL: true }),
      runbooksUrl: 'https://wiki.example/mullion',
      ingestLagMax: Duration.hours(1),
      watermarkStuckMax: Duration.hours(1),
      tooLateEventsMax: 500,
      sideRecordsMax: 0,
      historyLagMax: Duration.hours(2),
    },
    removalPolicy: RemovalPolicy.RETAIN,
    deletionProtection: true,
  };
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
