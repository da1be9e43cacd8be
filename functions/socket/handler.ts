import { Logger } from '@aws-lambda-powertools/logger';
import middy from '@middy/core';
import type { APIGatewayProxyStructuredResultV2, APIGatewayProxyWebsocketEventV2 } from 'aws-lambda';
import { answerMessage, type SocketIntake } from '../../shared/intake/answer-message.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { createSocketPorts } from '../ports.ts';
import { readSocketEnvironment } from './environment.ts';

/** Where events go, and who is told of failures. */
export type SocketDeployment = Omit<SocketIntake, 'pipeline'>;

/** What API Gateway asks: whether somebody may connect, whom it has let in by then, or what the answer to a message is. */
export type SocketEvent = Pick<APIGatewayProxyWebsocketEventV2, 'body'> & {
  readonly requestContext: Pick<APIGatewayProxyWebsocketEventV2['requestContext'], 'eventType'>;
};

/**
 * The function behind a WebSocket API of API Gateway: puts the events of a message on the stream, and returns the answer.
 *
 * @param deployment What it works on. Default: as the environment says.
 */
export function createSocketHandler(pipeline: Pipeline<never>, deployment: SocketDeployment = deployed()) {
  return middy<SocketEvent, APIGatewayProxyStructuredResultV2>().handler(async ({ requestContext: { eventType }, body = '' }) => {
    if (eventType !== 'MESSAGE') return { statusCode: 200 };
    return { statusCode: 200, body: JSON.stringify(await answerMessage(body, { pipeline, ...deployment })) };
  });
}

function deployed(): SocketDeployment {
  const log = new Logger({ serviceName: 'mullion-socket' });
  const { stream } = createSocketPorts(readSocketEnvironment(process.env));
  return { stream, onError: (error) => log.error('a message failed', error as Error) };
}
