import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { httpHandler } from '../http-handler.ts';

/** A client for the function's own account. Endpoint, region and credentials come from the SDK's environment variables. */
export function dynamodbClient(): DynamoDBClient {
  return new DynamoDBClient({ requestHandler: httpHandler() });
}
