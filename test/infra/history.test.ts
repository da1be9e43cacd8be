import { Duration, RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kms from 'aws-cdk-lib/aws-kms';
import { describe, expect, it, vi } from 'vitest';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { stackOf } from './shapes.ts';
import { grantsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

function synthesize(props: (stack: Stack) => Partial<WindowPipelineProps> = () => ({})) {
  const made: WindowPipeline[] = [];
  const stack = stackOf((scope) => {
    made.push(new WindowPipeline(scope, 'Flights', { entry: 'flights.ts', history: {}, ...props(scope) }));
  });
  return { template: Template.fromStack(stack), pipeline: made[0] as WindowPipeline };
}

const { template, pipeline } = synthesize();
const reference = (name: string) => Match.stringLikeRegexp(`^FlightsHistory${name}`);

describe('the history', () => {
  it('is there only when it is asked for', () => {
    const { template: without, pipeline: plain } = synthesize(() => ({ history: undefined as never }));
    for (const type of ['KinesisFirehose::DeliveryStream', 'S3::Bucket', 'Glue::Table']) without.resourceCountIs(`AWS::${type}`, 0);
    expect(plain.history).toBeUndefined();
    expect(pipeline.history?.tableName).toBe('test_flights.panes');
  });

  it('goes from the output stream to S3 as compressed lines, by the day of arrival', () => {
    template.hasResourceProperties('AWS::KinesisFirehose::DeliveryStream', {
      DeliveryStreamName: Match.absent(),
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN: { 'Fn::GetAtt': [Match.stringLikeRegexp('^FlightsOutput'), 'Arn'] } },
      ExtendedS3DestinationConfiguration: {
        BucketARN: { 'Fn::GetAtt': [reference('Bucket'), 'Arn'] },
        Prefix: 'panes/day=!{timestamp:yyyy-MM-dd}/',
        ErrorOutputPrefix: 'panes/failed/!{firehose:error-output-type}/',
        BufferingHints: { IntervalInSeconds: 900, SizeInMBs: 128 },
        CompressionFormat: 'GZIP',
        ProcessingConfiguration: { Enabled: true, Processors: [{ Type: 'AppendDelimiterToRecord' }] },
        CloudWatchLoggingOptions: {
          Enabled: true,
          LogGroupName: { Ref: reference('DeliveryLogs') },
          LogStreamName: { Ref: reference('DeliveryLogStream') },
        },
      },
    });
  });

  it('is read by Firehose from before anything can fire', () => {
    const delivery = resourcesOf(template, 'AWS::KinesisFirehose::DeliveryStream')[0]?.id;
    for (const type of ['AWS::Lambda::Function', 'AWS::Scheduler::Schedule']) {
      const [fire] = resourcesOf(template, type).filter(({ id }) => id.startsWith('FlightsFire'));
      expect(fire?.DependsOn).toContain(delivery);
    }
  });

  it('is written with a role that can do nothing else', () => {
    expect(grantsOf(template, 'FlightsHistoryDeliveryRole')).toEqual([
      'kinesis:DescribeStream on FlightsOutput',
      'kinesis:GetRecords on FlightsOutput',
      'kinesis:GetShardIterator on FlightsOutput',
      'kinesis:ListShards on FlightsOutput',
      'logs:PutLogEvents on FlightsHistoryDeliveryLogs',
      's3:AbortMultipartUpload on FlightsHistoryBucket/panes/*',
      's3:GetBucketLocation on FlightsHistoryBucket',
      's3:GetObject on FlightsHistoryBucket/panes/*',
      's3:ListBucket on FlightsHistoryBucket',
      's3:ListBucketMultipartUploads on FlightsHistoryBucket',
      's3:PutObject on FlightsHistoryBucket/panes/*',
    ]);
    template.hasResourceProperties('AWS::IAM::Role', {
      AssumeRolePolicyDocument: {
        Statement: [
          Match.objectLike({
            Principal: { Service: 'firehose.amazonaws.com' },
            Condition: { StringEquals: { 'sts:ExternalId': '111111111111' } },
          }),
        ],
      },
    });
  });

  it('is encrypted with the key of the pipeline, where it has one', () => {
    const { template: own } = synthesize((stack) => ({ encryptionKey: new kms.Key(stack, 'Key') }));
    own.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: { ServerSideEncryptionConfiguration: [Match.objectLike({ BucketKeyEnabled: true })] },
    });
    own.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
    expect(grantsOf(own, 'FlightsHistoryDeliveryRole').filter((grant) => grant.startsWith('kms:'))).toEqual([
      'kms:Decrypt on Key',
      'kms:GenerateDataKey on Key',
    ]);
  });
});

describe('the bucket of the history', () => {
  it('is private, encrypted, reached by TLS alone, and kept', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: Match.objectLike({ BlockPublicPolicy: true, RestrictPublicBuckets: true }),
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } })]),
      },
    });
  });

  const rulesOf = (made: Template) => resourcesOf(made, 'AWS::S3::Bucket')[0]?.Properties.LifecycleConfiguration;
  const cools = [{ StorageClass: 'INTELLIGENT_TIERING', TransitionInDays: 30 }];

  it.each<[string, WindowPipelineProps['history'], object]>([
    ['keeps panes for ever, the old ones for less', {}, { Transitions: cools }],
    ['lets them expire when that is asked for', { retention: Duration.days(400) }, { Transitions: cools, ExpirationInDays: 400 }],
    ['moves none that is soon to go', { retention: Duration.days(30) }, { ExpirationInDays: 30 }],
  ])('%s', (_says, history, rule) => {
    expect(rulesOf(synthesize(() => ({ ...(history && { history }) })).template)).toEqual({
      Rules: [{ AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: 'Enabled', ...rule }],
    });
  });

  it('goes with the stack when that is asked for', () => {
    const { template: trial } = synthesize(() => ({ removalPolicy: RemovalPolicy.DESTROY }));
    trial.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    trial.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });
});

describe('the table of panes', () => {
  it('finds its days by itself, where Firehose puts them', () => {
    template.hasResourceProperties('AWS::Glue::Database', { DatabaseInput: { Name: 'test_flights' } });
    template.hasResourceProperties('AWS::Glue::Table', {
      DatabaseName: { Ref: reference('CatalogDatabase') },
      TableInput: {
        Name: 'panes',
        PartitionKeys: [Match.objectLike({ Name: 'day', Type: 'string' })],
        Parameters: {
          'projection.enabled': 'true',
          'projection.day.type': 'date',
          'projection.day.format': 'yyyy-MM-dd',
          'projection.day.range': '2026-01-01,NOW',
          'projection.day.interval': '1',
          'projection.day.interval.unit': 'DAYS',
          'storage.location.template': { 'Fn::Join': ['', ['s3://', { Ref: reference('Bucket') }, '/panes/day=${day}/']] },
        },
        StorageDescriptor: {
          SerdeInfo: {
            SerializationLibrary: 'org.openx.data.jsonserde.JsonSerDe',
            Parameters: {
              'case.insensitive': 'FALSE',
              'mapping.isfirst': 'isFirst',
              'mapping.islast': 'isLast',
              'mapping.isretraction': 'isRetraction',
            },
          },
        },
      },
    });
  });

  it('looks for no days that have expired', () => {
    const { template: month } = synthesize(() => ({ history: { retention: Duration.days(30) } }));
    month.hasResourceProperties('AWS::Glue::Table', { TableInput: { Parameters: { 'projection.day.range': 'NOW-31DAYS,NOW' } } });
  });

  it('of each pipeline is in a database of its own, which can be named', () => {
    const stack = stackOf((scope) => {
      for (const id of ['PerMinute', 'Per-Hour']) new WindowPipeline(scope, id, { entry: 'minutes.ts', history: {} });
      new WindowPipeline(scope, 'PerDay', { entry: 'minutes.ts', history: { database: 'days' } });
    });
    const names = resourcesOf(Template.fromStack(stack), 'AWS::Glue::Database').map(({ Properties }) => Properties.DatabaseInput);
    expect(names).toMatchObject([{ Name: 'test_perminute' }, { Name: 'test_per_hour' }, { Name: 'days' }]);
  });
});

it('alarms say when panes come late to the history, in the units of their metrics', () => {
  expect(pipeline.alarms.slice(-2).map(({ node }) => node.id)).toEqual(['HistoryRead', 'HistoryDelivery']);
  for (const [MetricName, Threshold] of [
    ['KinesisMillisBehindLatest', 3_600_000],
    ['DeliveryToS3.DataFreshness', 3_600],
  ]) {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName,
      Threshold,
      Namespace: 'AWS/Firehose',
      Dimensions: [{ Name: 'DeliveryStreamName', Value: { Ref: reference('Delivery') } }],
    });
  }
});
