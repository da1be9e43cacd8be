import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import { httpHandler } from '../http-handler.ts';

/** What the SDK's environment variables do not say, or say otherwise. */
export type DynamoDBTarget = Pick<DynamoDBClientConfig, 'endpoint' | 'region' | 'credentials'>;

/** A client for the function's own account. Endpoint, region and credentials come from the SDK's environment variables unless they are given. */
export function dynamodbClient(target: DynamoDBTarget = {}): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: httpHandler(), ...target });
}
