import { CfnOutput, Duration, RemovalPolicy, Stack, Token } from 'aws-cdk-lib';
import * as apigateway from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketIamAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import * as iam from 'aws-cdk-lib/aws-iam';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { acceptFinding } from './accepted-finding.ts';
import { allowLogs } from './encryption-key.ts';
import { FunctionNetwork } from './function-network.ts';
import { PipelinePropError } from './pipeline-settings.ts';
import type { PipelineSocketProps } from './pipeline-socket-props.ts';
import { SocketFunction } from './socket-function.ts';

// The last part of the address. It cannot be a path of several parts.
const STAGE = 'ingest';
const CONNECT = '$connect';
const MESSAGES_PER_SECOND = 500;
const BURST = 2;
const MEMORY_MB = 512;
const TIMEOUT_SECONDS_MAX = 29;

/**
 * A WebSocket that takes events for a pipeline: docs/WEBSOCKET.md has its messages. IAM signs every connection, and nobody may connect before a grant.
 *
 * @throws PipelinePropError when a prop cannot work.
 */
export class PipelineSocket extends Construct {
  /** `wss://….amazonaws.com/ingest`. */
  readonly url: string;
  /** The function that takes the messages. */
  readonly function: lambda.IFunction;
  readonly #api: apigateway.WebSocketApi;

  constructor(scope: Construct, id: string, props: PipelineSocketProps) {
    super(scope, id);
    const { pipeline, messagesPerSecond = MESSAGES_PER_SECOND, memoryMb = MEMORY_MB, encryptionKey, requestLog = true } = props;
    const { timeout = Duration.seconds(TIMEOUT_SECONDS_MAX) } = props;
    const whole = (name: string, value: number, min: number, max: number, unit: string) => {
      if (Token.isUnresolved(value) || (Number.isInteger(value) && value >= min && value <= max)) return;
      throw this.#refusal(`${name} is ${value}; it must be a whole number of ${unit}, ${min} to ${max}.`);
    };
    whole('messagesPerSecond', messagesPerSecond, 1, 10_000, 'messages');
    whole('memoryMb', memoryMb, 128, 10_240, 'MB');
    whole('timeout', timeout.toSeconds({ integral: false }), 1, TIMEOUT_SECONDS_MAX, 'seconds');
    if (Stack.of(pipeline) !== Stack.of(this))
      throw this.#refusal(`the pipeline ${pipeline.node.path} is in another stack; put the socket into the stack of its pipeline.`);

    const { removalPolicy = RemovalPolicy.DESTROY, logRetention = logs.RetentionDays.ONE_MONTH } = props;
    if (encryptionKey !== undefined) allowLogs(encryptionKey, this);
    const { function: handler } = new SocketFunction(this, 'Handler', {
      settings: { logRetention, removalPolicy, encryptionKey, tracing: props.tracing ?? false },
      network: props.network && new FunctionNetwork(this, 'Network', props.network),
      pipeline: pipeline.served,
      memoryMb,
      timeout,
    });
    const integration = new WebSocketLambdaIntegration('Integration', handler);
    this.#api = new apigateway.WebSocketApi(this, 'WebSocket', {
      description: 'Mullion: events',
      connectRouteOptions: { integration, authorizer: new WebSocketIamAuthorizer() },
      defaultRouteOptions: { integration, returnResponse: true },
    });
    acceptFinding(
      this.#api.node.findChild('$default-Route'),
      'AwsSolutions-APIG4',
      'Who may send is said when the connection is made, by IAM on $connect; API Gateway authorizes no single message.',
    );
    const stage = new apigateway.WebSocketStage(this, 'Stage', {
      webSocketApi: this.#api,
      stageName: STAGE,
      autoDeploy: true,
      throttle: { rateLimit: messagesPerSecond, burstLimit: messagesPerSecond * BURST },
      ...(requestLog && {
        accessLogSettings: {
          destination: new apigateway.LogGroupLogDestination(
            new logs.LogGroup(this, 'Requests', { retention: logRetention, removalPolicy, ...(encryptionKey && { encryptionKey }) }),
          ),
        },
      }),
    });
    if (!requestLog)
      acceptFinding(stage, 'AwsSolutions-APIG1', 'Whoever uses the construct has said so: the account may have no role for such a log.');
    this.url = stage.url;
    this.function = handler;
    new CfnOutput(this, 'Url', { value: this.url, description: 'The WebSocket that takes events' });
  }

  /** Lets a principal connect, and send events. */
  grantConnect(grantee: iam.IGrantable): iam.Grant {
    const resourceArns = [this.#api.arnForExecuteApiV2(CONNECT, STAGE)];
    return iam.Grant.addToPrincipal({ grantee, actions: ['execute-api:Invoke'], resourceArns });
  }

  #refusal(sentence: string): PipelinePropError {
    return new PipelinePropError(`PipelineSocket "${this.node.path}": ${sentence}`);
  }
}
