import { RemovalPolicy, type Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import { describe, expect, it, vi } from 'vitest';
import { WindowPipeline, type WindowPipelineProps } from '../../infra/infra.ts';
import { stackOf } from './shapes.ts';
import { grantsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const KEY = { 'Fn::GetAtt': [Match.stringLikeRegexp('^Key'), 'Arn'] };
const ARN = 'arn:aws:kms:us-east-1:111111111111:key/12345678-1234-1234-1234-123456789012';

function synthesize(keyOf: (stack: Stack) => kms.IKey, props: (stack: Stack) => Partial<WindowPipelineProps> = () => ({})): Template {
  return Template.fromStack(
    stackOf((stack) => new WindowPipeline(stack, 'Flights', { entry: 'flights.ts', encryptionKey: keyOf(stack), ...props(stack) })),
  );
}
const made = (stack: Stack) => new kms.Key(stack, 'Key', { removalPolicy: RemovalPolicy.DESTROY });
const given = (stack: Stack) => kms.Key.fromKeyArn(stack, 'Key', ARN);

describe('with a key of its own, a pipeline', () => {
  const template = synthesize(made, () => ({ payloads: {}, lanes: 2 }));

  it('encrypts with it the table, the streams made here, the bucket and the logs', () => {
    template.hasResourceProperties('AWS::DynamoDB::Table', {
      SSESpecification: { SSEEnabled: true, SSEType: 'KMS', KMSMasterKeyId: KEY },
    });
    template.resourceCountIs('AWS::Kinesis::Stream', 3);
    template.allResourcesProperties('AWS::Kinesis::Stream', { StreamEncryption: { EncryptionType: 'KMS', KeyId: KEY } });
    template.hasResourceProperties('AWS::S3::Bucket', {
      BucketEncryption: {
        ServerSideEncryptionConfiguration: [
          { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: KEY } },
        ],
      },
    });
    template.resourceCountIs('AWS::Logs::LogGroup', 3);
    template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: KEY });
  });

  it.each(['FlightsIngestRole', 'FlightsFireRole', 'FlightsFire1Role'])('lets %s use it, and not manage it', (role) => {
    expect(grantsOf(template, role).filter((grant) => grant.startsWith('kms:'))).toEqual([
      'kms:Decrypt on Key',
      'kms:DescribeKey on Key',
      'kms:Encrypt on Key',
      'kms:GenerateDataKey on Key',
      'kms:GenerateDataKeyWithoutPlaintext on Key',
      'kms:ReEncryptFrom on Key',
      'kms:ReEncryptTo on Key',
    ]);
  });

  it('lets CloudWatch Logs use it for log groups of this account and region, and for nothing else', () => {
    template.hasResourceProperties('AWS::KMS::Key', {
      KeyPolicy: {
        Statement: Match.arrayWith([
          {
            Effect: 'Allow',
            Principal: { Service: 'logs.us-east-1.amazonaws.com' },
            Action: ['kms:Decrypt', 'kms:DescribeKey', 'kms:Encrypt', 'kms:GenerateDataKey*', 'kms:ReEncrypt*'],
            Resource: '*',
            Condition: {
              ArnLike: {
                'kms:EncryptionContext:aws:logs:arn': {
                  'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':logs:us-east-1:111111111111:log-group:*']],
                },
              },
            },
          },
        ]),
      },
    });
  });
});

it('a key that was made elsewhere is used as it is', () => {
  const template = synthesize(given);
  template.resourceCountIs('AWS::KMS::Key', 0);
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: ARN });
  expect(grantsOf(template, 'FlightsFireRole')).toContain(`kms:Decrypt on ${ARN}`);
});

it('several pipelines can share a key, whose policy says it once', () => {
  const stack = stackOf((scope) => {
    const encryptionKey = made(scope);
    for (const id of ['Minutes', 'Hours']) new WindowPipeline(scope, id, { entry: 'minutes.ts', encryptionKey });
  });
  const policy = JSON.stringify(resourcesOf(Template.fromStack(stack), 'AWS::KMS::Key')[0]?.Properties);
  expect(policy.split('logs.us-east-1.amazonaws.com')).toHaveLength(2);
});

it('an input stream that is given keeps its own key, which both functions may decrypt with', () => {
  const template = synthesize(given, (stack) => ({
    inputStream: new kinesis.Stream(stack, 'Orders', { encryptionKey: new kms.Key(stack, 'Theirs') }),
  }));
  for (const role of ['FlightsIngestRole', 'FlightsFireRole'])
    expect(grantsOf(template, role).filter((grant) => grant.endsWith(' on Theirs'))).toEqual(['kms:Decrypt on Theirs']);
});
