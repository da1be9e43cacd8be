import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import * as iam from 'aws-cdk-lib/aws-iam';
import { describe, expect, test, vi } from 'vitest';
import { PipelineApi, type PipelineApiProps, PipelinePropError, WindowPipeline } from '../../infra/infra.ts';
import { environmentsOf, resourcesOf } from './template-facts.ts';

vi.mock('../../functions/bundle.ts', () => import('./stub-bundle.ts'));

const TOKENS = { issuer: 'https://idp.example', audience: ['mullion'], readScope: 'look', writeScope: 'drain' };

function served(props: Partial<PipelineApiProps> = {}) {
  const stack = new Stack(new App(), 'Test');
  const pipelines = [
    new WindowPipeline(stack, 'Minutes', { entry: 'minutes.ts' }),
    new WindowPipeline(stack, 'Again', { entry: 'minutes.ts', name: 'again' }),
  ];
  return { stack, api: new PipelineApi(stack, 'Api', { pipelines, ...props }) };
}

const routesOf = (stack: Stack) => resourcesOf(Template.fromStack(stack), 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties);

describe('who may ask', () => {
  test('is said by IAM, where nothing else is said: every route is signed', () => {
    const { stack } = served();
    expect(routesOf(stack).map(({ RouteKey, AuthorizationType }) => [RouteKey, AuthorizationType])).toEqual([
      ['GET /{path+}', 'AWS_IAM'],
      ['POST /{path+}', 'AWS_IAM'],
      ['PUT /{path+}', 'AWS_IAM'],
    ]);
  });

  test('is said by tokens, with one scope to look and another to ask for something', () => {
    const { stack } = served({ authorization: TOKENS });
    expect(routesOf(stack)).toMatchObject([
      { RouteKey: 'GET /{path+}', AuthorizationType: 'JWT', AuthorizationScopes: ['look'] },
      { RouteKey: 'POST /{path+}', AuthorizationType: 'JWT', AuthorizationScopes: ['drain'] },
      { RouteKey: 'PUT /{path+}', AuthorizationType: 'JWT', AuthorizationScopes: ['drain'] },
    ]);
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Authorizer', {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Audience: ['mullion'], Issuer: 'https://idp.example' },
    });
  });

  test.each([
    [{ authorization: 'none' as never }, `authorization is "none". It must be 'iam', or { issuer, audience, readScope, writeScope }`],
    [{ authorization: { ...TOKENS, issuer: 'http://idp.example' } }, "It must be 'iam', or"],
    [{ authorization: { ...TOKENS, audience: [] } }, 'authorization.audience is empty, so that tokens for anybody would do'],
    [{ authorization: { ...TOKENS, writeScope: 'look' } }, "readScope 'look' and writeScope 'look'; give two"],
    [{ authorization: { ...TOKENS, readScope: '' } }, "readScope ''"],
    [{ pipelines: [] }, 'pipelines is 0; it must be a whole number of pipelines, 1 to 20'],
    [{ timeout: Duration.seconds(30) }, 'timeout is 30; it must be a whole number of seconds, 1 to 29'],
    [{ requestsPerSecond: 0 }, 'requestsPerSecond is 0'],
  ])('must be said, and so that it can work: %j', (props, sentence) => {
    expect(() => served(props)).toThrow(PipelinePropError);
    expect(() => served(props)).toThrow(sentence);
  });

  test('of two roles one may look, and the other ask for something', () => {
    const { stack, api } = served();
    const role = (id: string) => new iam.Role(stack, id, { assumedBy: new iam.AccountRootPrincipal() });
    api.grantRead(role('OnCall'));
    api.grantWrite(role('Operator'));
    const template = Template.fromStack(stack);
    const granted = (id: string) =>
      JSON.stringify(
        resourcesOf(template, 'AWS::IAM::Policy').find(({ Properties }) => JSON.stringify(Properties['Roles']).includes(id))?.Properties,
      );
    expect(granted('OnCall')).toContain('$default/GET/*');
    expect(granted('OnCall')).not.toContain('POST');
    expect(granted('Operator')).toContain('$default/POST/*');
    expect(granted('Operator')).not.toContain('GET');
  });

  test('is not granted by IAM where tokens say it', () => {
    const { stack, api } = served({ authorization: TOKENS });
    const role = new iam.Role(stack, 'OnCall', { assumedBy: new iam.AccountRootPrincipal() });
    expect(() => api.grantRead(role)).toThrow('authorized by tokens');
  });
});

describe('the function behind the API', () => {
  test('is told of each pipeline what it works on', () => {
    const { stack } = served();
    const [text] = environmentsOf(Template.fromStack(stack)).flatMap(({ MULLION_PIPELINES: told }) => told ?? []);
    expect(JSON.parse(text as string)).toEqual([
      { table: 'MinutesTable', inputStream: 'MinutesInput', sideStream: 'MinutesSide', retentionDays: 30, mapping: 'MinutesIngestMapping' },
      {
        name: 'again',
        table: 'AgainTable',
        inputStream: 'AgainInput',
        sideStream: 'AgainSide',
        retentionDays: 30,
        mapping: 'AgainIngestMapping',
      },
    ]);
  });

  test('may append to the logs of requests and of rules, and to no other', () => {
    const { stack } = served();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      Roles: [{ Ref: Match.stringLikeRegexp('ApiHandlerRole') }],
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'dynamodb:PutItem',
            Condition: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': ['*#control', '*#rules'] } },
          }),
        ]),
      },
    });
  });

  test('may not touch what delivers to a pipeline where nobody shall start and stop it', () => {
    const { stack } = served({ mayStartAndStop: false });
    expect(JSON.stringify(resourcesOf(Template.fromStack(stack), 'AWS::IAM::Policy'))).not.toContain('EventSourceMapping"');
  });

  test('lets a bounded number of requests through, and its log says of each who asked what', () => {
    const { stack } = served({ requestsPerSecond: 5 });
    Template.fromStack(stack).hasResourceProperties('AWS::ApiGatewayV2::Stage', {
      DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 10 },
      AccessLogSettings: { DestinationArn: Match.anyValue() },
    });
  });
});

test('an API serves pipelines of its own stack', () => {
  const app = new App();
  const pipeline = new WindowPipeline(new Stack(app, 'One'), 'Minutes', { entry: 'minutes.ts' });
  expect(() => new PipelineApi(new Stack(app, 'Other'), 'Api', { pipelines: [pipeline] })).toThrow('is in another stack');
});
