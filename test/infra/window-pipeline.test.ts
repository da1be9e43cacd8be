import { App, Duration, RemovalPolicy, Stack, Stage } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import * as s3 from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { describe, expect, it, vi } from 'vitest';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { environmentsOf, grantsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

type Properties = Partial<WindowPipelineProps>;

function synthesize(props: Properties | ((stack: Stack) => Properties) = {}) {
  const stack = new Stack(new App(), 'Test');
  const pipeline = new WindowPipeline(stack, 'Flights', {
    entry: 'flights.ts',
    ...(typeof props === 'function' ? props(stack) : props),
  });
  return { stack, pipeline, template: Template.fromStack(stack) };
}

const defaults = synthesize();

describe('the event source mapping', () => {
  it('keeps order, reports partial failures, and never discards', () => {
    defaults.template.resourceCountIs('AWS::Lambda::EventSourceMapping', 1);
    defaults.template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 10_000,
      MaximumBatchingWindowInSeconds: 1,
      ParallelizationFactor: 1,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: -1,
      MaximumRecordAgeInSeconds: -1,
      DestinationConfig: Match.absent(),
    });
  });

  it('is made after the policy that lets it read', () => {
    const ingest = resourcesOf(defaults.template, 'AWS::Lambda::Function').find(({ id }) => id.includes('Ingest'));
    expect(ingest?.DependsOn).toContainEqual(expect.stringContaining('FlightsIngestRoleDefaultPolicy'));
  });

  it('discards only into a bucket, and then says so in an alarm', () => {
    const { template, pipeline } = synthesize((stack) => ({
      discard: { bucket: new s3.Bucket(stack, 'Discarded'), retryAttempts: 100, recordAge: Duration.hours(12) },
    }));
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      MaximumRetryAttempts: 100,
      MaximumRecordAgeInSeconds: 43_200,
      DestinationConfig: { OnFailure: { Destination: Match.anyValue() } },
      MetricsConfig: { Metrics: ['EventCount'] },
    });
    template.hasResourceProperties('AWS::CloudWatch::Alarm', { MetricName: 'DroppedEventCount', Threshold: 0 });
    expect(pipeline.alarms).toHaveLength(defaults.pipeline.alarms.length + 1);
    expect(grantsOf(template, 'FlightsIngestRole').filter((grant) => grant.startsWith('s3:'))).toEqual([
      's3:ListBucket on Discarded',
      's3:PutObject on Discarded/*',
    ]);
  });

  it('tells of what it discards, batch by batch, so that panes can', () => {
    const { template } = synthesize((stack) => ({ discard: { bucket: new s3.Bucket(stack, 'Discarded'), retryAttempts: 100 } }));
    template.hasResourceProperties('AWS::S3::Bucket', {
      NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
    });
    const [mapping] = resourcesOf(template, 'AWS::Lambda::EventSourceMapping');
    const [bucket] = resourcesOf(template, 'AWS::S3::Bucket');
    const [teller] = resourcesOf(template, 'AWS::Lambda::Function').filter(({ id }) => id.includes('Discards'));
    template.hasResourceProperties('AWS::Events::Rule', {
      State: 'ENABLED',
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: {
          bucket: { name: [{ Ref: bucket?.id }] },
          // Those of other pipelines may be beside them.
          object: { key: [{ prefix: { 'Fn::Join': ['', ['aws/lambda/', { Ref: mapping?.id }, '/']] } }] },
        },
      },
      Targets: [Match.objectLike({ Arn: { 'Fn::GetAtt': [teller?.id, 'Arn'] } })],
    });
    template.hasResourceProperties('AWS::Lambda::Permission', {
      FunctionName: { 'Fn::GetAtt': [teller?.id, 'Arn'] },
      Principal: 'events.amazonaws.com',
    });
    defaults.template.resourceCountIs('AWS::Events::Rule', 0);
  });
});

describe('the table', () => {
  it('has the key, the TTL attribute and the protections that the stored format relies on', () => {
    defaults.template.hasResource('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: {
        AttributeDefinitions: [
          { AttributeName: 'pk', AttributeType: 'S' },
          { AttributeName: 'n', AttributeType: 'N' },
        ],
        KeySchema: [
          { AttributeName: 'pk', KeyType: 'HASH' },
          { AttributeName: 'n', KeyType: 'RANGE' },
        ],
        BillingMode: 'PAY_PER_REQUEST',
        TimeToLiveSpecification: { AttributeName: 'x', Enabled: true },
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true },
        DeletionProtectionEnabled: true,
      },
    });
  });

  it('goes with the stack only when that is asked for', () => {
    const { template } = synthesize({ removalPolicy: RemovalPolicy.DESTROY });
    template.hasResource('AWS::DynamoDB::Table', { DeletionPolicy: 'Delete', Properties: { DeletionProtectionEnabled: false } });
    template.allResources('AWS::Kinesis::Stream', { DeletionPolicy: 'Delete' });
    template.allResources('AWS::Logs::LogGroup', { DeletionPolicy: 'Delete' });
  });
});

describe('large payloads', () => {
  it('are in the table unless a bucket is asked for', () => {
    defaults.template.resourceCountIs('AWS::S3::Bucket', 0);
    expect(defaults.pipeline.payloadBucket).toBeUndefined();
  });

  it('are in a bucket that is private, encrypted, reached by TLS alone, and empties itself a week after the table', () => {
    const { template, pipeline } = synthesize({ payloads: {}, stateRetention: Duration.days(45) });
    expect(pipeline.payloadBucket).toBeDefined();
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        BucketName: Match.absent(),
        BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' } }] },
        PublicAccessBlockConfiguration: {
          BlockPublicAcls: true,
          BlockPublicPolicy: true,
          IgnorePublicAcls: true,
          RestrictPublicBuckets: true,
        },
        OwnershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
        LifecycleConfiguration: { Rules: [{ ExpirationInDays: 52, Status: 'Enabled' }] },
        VersioningConfiguration: Match.absent(),
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Action: 's3:*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  it('are read and written by both functions, and neither lists or deletes them', () => {
    const { template } = synthesize({ payloads: { fromBytes: 20_000 } });
    for (const environment of environmentsOf(template)) {
      expect(environment).toMatchObject({ MULLION_PAYLOADS: 'https://FlightsPayloads', MULLION_PAYLOADS_FROM_BYTES: '20000' });
    }
    for (const role of ['FlightsIngestRole', 'FlightsFireRole']) {
      expect(grantsOf(template, role).filter((grant) => grant.startsWith('s3:'))).toEqual([
        's3:GetObject on FlightsPayloads/*',
        's3:PutObject on FlightsPayloads/*',
      ]);
    }
    template.resourceCountIs('AWS::IAM::Role', 3);
  });

  it('become objects from 9 KiB on where nothing else is said', () => {
    const { template } = synthesize({ payloads: {} });
    expect(environmentsOf(template).map(({ MULLION_PAYLOADS_FROM_BYTES }) => MULLION_PAYLOADS_FROM_BYTES)).toEqual(['9216', '9216']);
  });

  it('go with the stack when that is asked for', () => {
    const { template } = synthesize({ payloads: {}, removalPolicy: RemovalPolicy.DESTROY });
    template.hasResource('AWS::S3::Bucket', { DeletionPolicy: 'Delete' });
    template.resourceCountIs('Custom::S3AutoDeleteObjects', 1);
  });
});

describe('the functions', () => {
  it('run on Node 24 and arm64, from one bundled file, with source maps', () => {
    defaults.template.resourceCountIs('AWS::Lambda::Function', 2);
    defaults.template.allResourcesProperties('AWS::Lambda::Function', {
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      LoggingConfig: { LogGroup: Match.anyValue() },
    });
    defaults.template.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30 });
  });

  it('are told every name through the environment', () => {
    const { template } = synthesize({ stateRetention: Duration.days(45) });
    const expected = {
      MULLION_TABLE: 'FlightsTable',
      MULLION_INPUT_STREAM: 'FlightsInput',
      MULLION_OUTPUT_STREAM: 'FlightsOutput',
      MULLION_SIDE_STREAM: 'FlightsSide',
      MULLION_RETENTION_DAYS: '45',
      MULLION_LANES: '1',
      MULLION_METRICS: 'vital',
      POWERTOOLS_SERVICE_NAME: 'Test/Flights',
      POWERTOOLS_LOG_LEVEL: 'INFO',
      NODE_OPTIONS: '--enable-source-maps',
    };
    expect(environmentsOf(template)).toEqual([
      { ...expected, MULLION_LANE: '0' },
      { ...expected, MULLION_FIRE_FUNCTIONS: 'FlightsFireFunction' },
    ]);
  });

  it('pack panes where that is asked for', () => {
    const { template } = synthesize({ panesPerRecord: 'many' });
    expect(environmentsOf(template).map(({ MULLION_PANES_PER_RECORD }) => MULLION_PANES_PER_RECORD)).toEqual(['many', 'many']);
  });

  it('are traced where that is asked for', () => {
    const modes = (props: Properties) =>
      resourcesOf(synthesize(props).template, 'AWS::Lambda::Function').map(({ Properties }) => Properties['TracingConfig']);
    expect(modes({})).toEqual([undefined, undefined]);
    expect(modes({ tracing: true })).toEqual([{ Mode: 'Active' }, { Mode: 'Active' }]);
  });

  it('publish as much, and log as much, as is asked for', () => {
    const { template } = synthesize({ metrics: 'shards', logLevel: 'DEBUG' });
    for (const environment of environmentsOf(template)) {
      expect(environment).toMatchObject({ MULLION_METRICS: 'shards', POWERTOOLS_LOG_LEVEL: 'DEBUG' });
    }
  });

  it('call the pipeline by its place in the account, wherever its construct is', () => {
    const stack = new Stack(new Stage(new App(), 'Beta'), 'Orders');
    const services = [new Construct(stack, 'North'), new Construct(stack, 'South')].map((scope) => {
      new WindowPipeline(scope, 'PerMinute', { entry: 'minutes.ts' });
      return `Beta-Orders/${scope.node.id}/PerMinute`;
    });
    const told = environmentsOf(Template.fromStack(stack)).map(({ POWERTOOLS_SERVICE_NAME }) => POWERTOOLS_SERVICE_NAME);
    expect(new Set(told)).toEqual(new Set(services));
  });

  it('fire a lane each, and are all woken', () => {
    const { template } = synthesize({ lanes: 3 });
    const [ingest, ...fire] = environmentsOf(template).toSorted((a, b) => ('MULLION_LANE' in a ? 1 : 0) - ('MULLION_LANE' in b ? 1 : 0));
    expect(fire.map(({ MULLION_LANE, MULLION_LANES }) => [MULLION_LANE, MULLION_LANES])).toEqual([
      ['0', '3'],
      ['1', '3'],
      ['2', '3'],
    ]);
    expect(ingest).toMatchObject({
      MULLION_LANES: '3',
      MULLION_FIRE_FUNCTIONS: 'FlightsFireFunction,FlightsFire1Function,FlightsFire2Function',
    });
    const woken = ['FlightsFireFunction', 'FlightsFire1Function', 'FlightsFire2Function'].map((name) => `lambda:InvokeFunction on ${name}`);
    expect(grantsOf(template, 'FlightsIngestRole')).toEqual(expect.arrayContaining(woken));
    template.resourceCountIs('AWS::Scheduler::Schedule', 3);
  });

  it('may do exactly this', () => {
    expect(grantsOf(defaults.template, 'FlightsIngestRole')).toEqual([
      'dynamodb:GetItem on FlightsTable',
      'dynamodb:PutItem on FlightsTable',
      'dynamodb:Query on FlightsTable',
      'kinesis:DescribeStream on FlightsInput',
      'kinesis:DescribeStreamSummary on FlightsInput',
      'kinesis:GetRecords on FlightsInput',
      'kinesis:GetShardIterator on FlightsInput',
      'kinesis:ListShards on FlightsInput',
      'kinesis:PutRecords on FlightsSide',
      'lambda:InvokeFunction on FlightsFireFunction',
      'logs:CreateLogStream on FlightsIngestLogs',
      'logs:PutLogEvents on FlightsIngestLogs',
    ]);
    expect(grantsOf(defaults.template, 'FlightsFireRole')).toEqual([
      'dynamodb:GetItem on FlightsTable',
      'dynamodb:PutItem on FlightsTable',
      'dynamodb:Query on FlightsTable',
      'kinesis:GetRecords on FlightsInput',
      'kinesis:GetShardIterator on FlightsInput',
      'kinesis:ListShards on FlightsInput',
      'kinesis:PutRecords on FlightsOutput',
      'kinesis:PutRecords on FlightsSide',
      'logs:CreateLogStream on FlightsFireLogs',
      'logs:PutLogEvents on FlightsFireLogs',
    ]);
    expect(grantsOf(defaults.template, 'FlightsFireScheduleRole')).toEqual(['lambda:InvokeFunction on FlightsFireFunction']);
  });

  it('have no managed policy, no wildcard and no other role', () => {
    defaults.template.resourceCountIs('AWS::IAM::Role', 3);
    defaults.template.allResourcesProperties('AWS::IAM::Role', { ManagedPolicyArns: Match.absent(), Policies: Match.absent() });
    defaults.template.resourceCountIs('AWS::IAM::Policy', 3);
    expect(JSON.stringify(defaults.template.findResources('AWS::IAM::Policy'))).not.toContain('*');
  });
});

describe('the schedule', () => {
  it('ticks every minute and leaves retries to the next tick', () => {
    defaults.template.hasResourceProperties('AWS::Scheduler::Schedule', {
      ScheduleExpression: 'rate(1 minute)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 } },
    });
    defaults.template.resourceCountIs('AWS::Lambda::EventInvokeConfig', 1);
    defaults.template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 0 });
  });
});

describe('the streams', () => {
  it('are made encrypted, with the shards that were asked for', () => {
    const { template } = synthesize({ inputShardCount: 4, outputShardCount: 2, streamRetention: Duration.days(7) });
    template.resourceCountIs('AWS::Kinesis::Stream', 3);
    template.allResourcesProperties('AWS::Kinesis::Stream', {
      RetentionPeriodHours: 168,
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    });
    const shards = resourcesOf(template, 'AWS::Kinesis::Stream').map(({ Properties }) => Properties.ShardCount);
    expect(shards).toEqual([4, 2, 1]);
  });

  it('are two when the input stream is given, and the given one is read', () => {
    const arn = 'arn:aws:kinesis:us-east-1:111111111111:stream/orders';
    const { template } = synthesize((stack) => ({ inputStream: kinesis.Stream.fromStreamArn(stack, 'Orders', arn) }));
    template.resourceCountIs('AWS::Kinesis::Stream', 2);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { EventSourceArn: arn });
    expect(grantsOf(template, 'FlightsIngestRole')).toContain(`kinesis:GetRecords on ${arn}`);
    expect(grantsOf(template, 'FlightsFireRole')).toContain(`kinesis:GetRecords on ${arn}`);
    template.allResourcesProperties('AWS::Lambda::Function', { Environment: { Variables: { MULLION_INPUT_STREAM: 'orders' } } });
  });

  it('are decrypted with the key of a given stream by both functions', () => {
    const { template } = synthesize((stack) => ({
      inputStream: new kinesis.Stream(stack, 'Orders', { encryptionKey: new kms.Key(stack, 'Key') }),
    }));
    expect(grantsOf(template, 'FlightsIngestRole')).toContain('kms:Decrypt on Key');
    expect(grantsOf(template, 'FlightsFireRole')).toContain('kms:Decrypt on Key');
  });
});

describe('several pipelines in one stack', () => {
  it('share nothing but what they are given, and can be chained', () => {
    const stack = new Stack(new App(), 'Test');
    const minutes = new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts' });
    new WindowPipeline(stack, 'Hours', { entry: 'hours.ts', inputStream: minutes.outputStream });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::DynamoDB::Table', 2);
    template.resourceCountIs('AWS::Lambda::Function', 4);
    template.resourceCountIs('AWS::Kinesis::Stream', 5);
    expect(grantsOf(template, 'HoursIngestRole')).toContain('kinesis:GetRecords on MinutesOutput');
    expect(grantsOf(template, 'HoursIngestRole').join()).not.toContain('MinutesTable');
    expect(Object.keys(template.findOutputs('*'))).toHaveLength(8);
  });

  it('may be the same one twice over the same stream, under another name and from a moment on: a replay', () => {
    const stack = new Stack(new App(), 'Test');
    const { inputStream } = new WindowPipeline(stack, 'Flights', { entry: 'flights.ts' });
    const startingPosition = new Date('2026-03-01T12:00:00.500Z');
    new WindowPipeline(stack, 'Again', { entry: 'flights.ts', inputStream, name: 'flights-again', startingPosition });
    const template = Template.fromStack(stack);
    template.resourceCountIs('AWS::Kinesis::Stream', 5);
    template.resourceCountIs('AWS::CloudWatch::Alarm', 16);
    const environments = environmentsOf(template);
    for (const variable of ['MULLION_TABLE', 'MULLION_OUTPUT_STREAM', 'MULLION_SIDE_STREAM'])
      expect(new Set(environments.map((environment) => environment[variable])).size).toBe(2);
    expect(environments.filter(({ MULLION_INPUT_STREAM }) => MULLION_INPUT_STREAM === 'FlightsInput')).toHaveLength(4);
    const again = environments.filter(({ MULLION_TABLE }) => MULLION_TABLE === 'AgainTable');
    expect(again.map(({ MULLION_NAME, MULLION_STARTING_AT }) => [MULLION_NAME, MULLION_STARTING_AT])).toEqual([
      ['flights-again', '2026-03-01T12:00:00.500Z'],
      ['flights-again', '2026-03-01T12:00:00.500Z'],
    ]);
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
      StartingPosition: 'AT_TIMESTAMP',
      StartingPositionTimestamp: startingPosition.getTime() / 1_000,
    });
    template.hasResourceProperties('AWS::Lambda::EventSourceMapping', { StartingPosition: 'TRIM_HORIZON' });
    expect(grantsOf(template, 'AgainFireRole').join()).not.toContain('FlightsTable');
  });

  it('name nothing, so that CloudFormation can replace and repeat anything', () => {
    const named = ['TableName', 'FunctionName', 'RoleName', 'LogGroupName', 'AlarmName', 'Name'];
    for (const type of [
      'Kinesis::Stream',
      'DynamoDB::Table',
      'Lambda::Function',
      'IAM::Role',
      'Logs::LogGroup',
      'CloudWatch::Alarm',
      'Scheduler::Schedule',
    ]) {
      for (const { Properties } of resourcesOf(defaults.template, `AWS::${type}`)) {
        expect(Object.keys(Properties).filter((property) => named.includes(property))).toEqual([]);
      }
    }
  });
});

// A changed id means that CloudFormation makes an empty table or stream beside the one in use.
it('keeps the logical ids of everything that holds data', () => {
  const ids = ['AWS::DynamoDB::Table', 'AWS::Kinesis::Stream', 'AWS::Lambda::EventSourceMapping'].flatMap((type) =>
    resourcesOf(defaults.template, type).map(({ id }) => id),
  );
  expect(ids).toEqual([
    'FlightsTable360AF8FB',
    'FlightsInput0058A8DC',
    'FlightsOutput9BED2821',
    'FlightsSide4A34C2B2',
    'FlightsIngestMapping9BE26B97',
  ]);
});
