import { CfnOutput, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpIamAuthorizer, HttpJwtAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ApiFunction } from './api-function.ts';
import { allowLogs } from './encryption-key.ts';
import { FunctionNetwork } from './function-network.ts';
import type { ApiAuthorization, JwtAuthorization, PipelineApiProps } from './pipeline-api-props.ts';
import { PipelinePropError } from './pipeline-settings.ts';

const PIPELINES_MAX = 20;
const REQUESTS_PER_SECOND = 20;
const BURST = 2;
const MEMORY_MB = 1_769;
const TIMEOUT_SECONDS_MAX = 29;

/** Of the two kinds of requests: which change nothing, and which ask something of a pipeline. */
const READING = [apigateway.HttpMethod.GET];
const WRITING = [apigateway.HttpMethod.POST, apigateway.HttpMethod.PUT];
const EVERY_PATH = '/{path+}';

/**
 * The HTTP API over pipelines of a stack: what they hold, have fired, and are asked to do. docs/API.md has its routes.
 *
 * Nobody may ask before it is said who may: IAM signs every request by default, and nothing is granted.
 *
 * @throws PipelinePropError when a prop cannot work.
 */
export class PipelineApi extends Construct {
  /** `https://….amazonaws.com`, without a slash behind it. */
  readonly url: string;
  /** The function that answers. */
  readonly function: lambda.IFunction;
  readonly #http: apigateway.HttpApi;
  readonly #stage: apigateway.HttpStage;
  readonly #authorization: ApiAuthorization;

  constructor(scope: Construct, id: string, props: PipelineApiProps) {
    super(scope, id);
    const { pipelines, authorization = 'iam', mayStartAndStop = true, requestsPerSecond = REQUESTS_PER_SECOND } = props;
    const { memoryMb = MEMORY_MB, timeout = Duration.seconds(TIMEOUT_SECONDS_MAX), encryptionKey } = props;
    const whole = (name: string, value: number, min: number, max: number, unit: string) => {
      if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
      throw this.#refusal(`${name} is ${value}; it must be a whole number of ${unit}, ${min} to ${max}.`);
    };
    whole('pipelines', pipelines.length, 1, PIPELINES_MAX, 'pipelines');
    whole('requestsPerSecond', requestsPerSecond, 1, 10_000, 'requests');
    whole('memoryMb', memoryMb, 128, 10_240, 'MB');
    whole('timeout', timeout.toSeconds({ integral: false }), 1, TIMEOUT_SECONDS_MAX, 'seconds');
    const foreign = pipelines.find((pipeline) => Stack.of(pipeline) !== Stack.of(this));
    if (foreign !== undefined) {
      throw this.#refusal(
        `the pipeline ${foreign.node.path} is in another stack; put the API into the stack of its pipelines, or one into each.`,
      );
    }
    const authorizer = this.#authorizer(authorization);

    const { removalPolicy = RemovalPolicy.DESTROY, logRetention = logs.RetentionDays.ONE_MONTH } = props;
    if (encryptionKey !== undefined) allowLogs(encryptionKey, this);
    const { function: api } = new ApiFunction(this, 'Handler', {
      settings: { logRetention, removalPolicy, encryptionKey, tracing: props.tracing ?? false },
      network: props.network && new FunctionNetwork(this, 'Network', props.network),
      pipelines: pipelines.map(({ served }) => served),
      mayStartAndStop,
      memoryMb,
      timeout,
    });
    const http = new apigateway.HttpApi(this, 'Http', { description: 'Mullion', createDefaultStage: false });
    const integration = new HttpLambdaIntegration('Integration', api);
    const scopes = typeof authorization === 'string' ? undefined : authorization;
    for (const [methods, needed] of [
      [READING, scopes?.readScope],
      [WRITING, scopes?.writeScope],
    ] as const) {
      http.addRoutes({
        path: EVERY_PATH,
        methods,
        integration,
        authorizer,
        ...(needed === undefined ? {} : { authorizationScopes: [needed] }),
      });
    }
    const requests = new logs.LogGroup(this, 'Requests', {
      retention: logRetention,
      removalPolicy,
      ...(encryptionKey && { encryptionKey }),
    });
    this.#stage = new apigateway.HttpStage(this, 'Stage', {
      httpApi: http,
      autoDeploy: true,
      throttle: { rateLimit: requestsPerSecond, burstLimit: requestsPerSecond * BURST },
      accessLogSettings: { destination: new apigateway.LogGroupLogDestination(requests) },
    });
    this.#http = http;
    this.url = http.apiEndpoint;
    this.function = api;
    this.#authorization = authorization;
    new CfnOutput(this, 'Url', { value: this.url, description: 'The HTTP API; GET /openapi.json says what can be asked' });
  }

  /** Lets a principal look: every GET. */
  grantRead(grantee: iam.IGrantable): iam.Grant {
    return this.#grant(grantee, READING);
  }

  /** Lets a principal put events, set rules, pause, resume, drain, start and stop. To look it needs the other grant. */
  grantWrite(grantee: iam.IGrantable): iam.Grant {
    return this.#grant(grantee, WRITING);
  }

  #grant(grantee: iam.IGrantable, methods: readonly string[]): iam.Grant {
    if (this.#authorization !== 'iam')
      throw this.#refusal('its requests are authorized by tokens, not by IAM; give whoever may ask the scope at the identity provider.');
    const resourceArns = methods.map((method) => this.#http.arnForExecuteApi(method, '/*', this.#stage.stageName));
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns });
  }

  #authorizer(authorization: ApiAuthorization): apigateway.IHttpRouteAuthorizer {
    if (authorization === 'iam') return new HttpIamAuthorizer();
    const { issuer, audience } = this.#checked(authorization);
    return new HttpJwtAuthorizer('Tokens', issuer, { jwtAudience: [...audience] });
  }

  #checked(authorization: JwtAuthorization): JwtAuthorization {
    const { issuer, audience, readScope, writeScope } = authorization;
    const needed = `It must be 'iam', or { issuer, audience, readScope, writeScope }; an API that is open to everybody cannot be made.`;
    if (typeof issuer !== 'string' || !(Token.isUnresolved(issuer) || issuer.startsWith('https://')))
      throw this.#refusal(`authorization is ${JSON.stringify(authorization)}. ${needed}`);
    if (audience.length === 0)
      throw this.#refusal('authorization.audience is empty, so that tokens for anybody would do; name the clients.');
    if (readScope === writeScope || readScope === '' || writeScope === '')
      throw this.#refusal(
        `authorization has readScope '${readScope}' and writeScope '${writeScope}'; give two, so that who looks cannot drain.`,
      );
    return authorization;
  }

  #refusal(sentence: string): PipelinePropError {
    return new PipelinePropError(`PipelineApi "${this.node.path}": ${sentence}`);
  }
}
