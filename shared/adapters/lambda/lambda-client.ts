import { LambdaClient } from '@aws-sdk/client-lambda';
import { httpHandler } from '../http-handler.ts';

/** A client for the function's own account. Endpoint, region and credentials come from the SDK's environment variables. */
export function lambdaClient(): LambdaClient {
  // One attempt: whoever waits for a second one could as well wait for the schedule.
  return new LambdaClient({ requestHandler: httpHandler(), maxAttempts: 1 });
}
