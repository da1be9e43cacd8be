import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import * as kinesis from 'aws-cdk-lib/aws-kinesis';
import * as kms from 'aws-cdk-lib/aws-kms';
import { describe, expect, test, vi } from 'vitest';
import { PipelinePropError, PipelineSocket, type PipelineSocketProps, WindowPipeline } from '../../infra/infra.ts';
import { environmentsOf, grantsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

function served(props: Partial<PipelineSocketProps> = {}) {
  const stack = new Stack(new App(), 'Test');
  const pipeline = new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts' });
  return { stack, socket: new PipelineSocket(stack, 'Socket', { pipeline, ...props }) };
}

describe('a WebSocket for events', () => {
  test('is signed by IAM where a connection is made, and answers messages by what the function returns', () => {
    const template = Template.fromStack(served().stack);
    expect(resourcesOf(template, 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties)).toMatchObject([
      { RouteKey: '$connect', AuthorizationType: 'AWS_IAM' },
      { RouteKey: '$default', AuthorizationType: 'NONE', RouteResponseSelectionExpression: '$default' },
    ]);
    template.hasResourceProperties('AWS::ApiGatewayV2::RouteResponse', {
      RouteResponseKey: '$default',
      RouteId: { Ref: Match.stringLikeRegexp('defaultRoute') },
    });
    template.hasResourceProperties('AWS::ApiGatewayV2::Api', { ProtocolType: 'WEBSOCKET' });
  });

  test('lets connect whom it is granted, and nobody else', () => {
    const { stack, socket } = served();
    socket.grantConnect(new iam.Role(stack, 'Sensors', { assumedBy: new iam.AccountRootPrincipal() }));
    const policies = resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy').map(({ Properties }) => JSON.stringify(Properties));
    const granting = policies.filter((policy) => policy.includes('execute-api:Invoke'));
    expect(granting).toHaveLength(1);
    expect(granting[0]).toContain('/ingest/$connect"');
    expect(granting[0]).toContain('"Roles":[{"Ref":"Sensors');
  });

  test('lets a bounded number of messages through, and its log says who connected, and nothing of what was sent', () => {
    const template = Template.fromStack(served({ messagesPerSecond: 5 }).stack);
    template.hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      StageName: 'ingest',
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      AccessLogSettings: { DestinationArn: Match.anyValue() },
    });
    const [stage] = resourcesOf(template, 'AWS::ApiGatewayV2::Stage');
    expect(JSON.stringify(stage)).toContain('$context.connectionId');
    expect(JSON.stringify(stage)).not.toMatch(/body|message/i);
    const without = Template.fromStack(served({ requestLog: false }).stack);
    without.hasResourceProperties('AWS::ApiGatewayV2::Stage', { AccessLogSettings: Match.absent() });
  });

  test('has a function that is told of the stream and may put records on it, and nothing more', () => {
    const { stack } = served();
    const template = Template.fromStack(stack);
    expect(environmentsOf(template).filter(({ MULLION_TABLE: table }) => table === undefined)).toEqual([
      { MULLION_INPUT_STREAM: 'MinutesInput', POWERTOOLS_LOG_LEVEL: 'INFO', NODE_OPTIONS: '--enable-source-maps' },
    ]);
    expect(grantsOf(template, 'SocketHandlerRole').filter((grant) => !grant.startsWith('logs:'))).toEqual([
      'kinesis:PutRecords on MinutesInput',
    ]);
  });

  test('asks for a key to each record where the stream is encrypted with one', () => {
    const stack = new Stack(new App(), 'Test');
    const encryptionKey = new kms.Key(stack, 'Key');
    const inputStream = new kinesis.Stream(stack, 'Orders', { encryptionKey });
    const pipeline = new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts', inputStream });
    new PipelineSocket(stack, 'Socket', { pipeline });
    expect(grantsOf(Template.fromStack(stack), 'SocketHandlerRole')).toContain('kms:GenerateDataKey on Key');
  });

  test.each([
    [{ messagesPerSecond: 0 }, 'messagesPerSecond is 0; it must be a whole number of messages, 1 to 10000'],
    [{ memoryMb: 64 }, 'memoryMb is 64'],
    [{ timeout: Duration.seconds(30) }, 'timeout is 30; it must be a whole number of seconds, 1 to 29'],
    [{ pipeline: new WindowPipeline(new Stack(new App(), 'Other'), 'Far', { entry: 'minutes.ts' }) }, 'is in another stack'],
  ])('says what cannot work: %#', (props, sentence) => {
    expect(() => served(props)).toThrow(PipelinePropError);
    expect(() => served(props)).toThrow(sentence);
  });
});

test('a pipeline without a WebSocket has no part of one', () => {
  const stack = new Stack(new App(), 'Test');
  new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts' });
  expect(JSON.stringify(Template.fromStack(stack))).not.toContain('ApiGateway');
});
