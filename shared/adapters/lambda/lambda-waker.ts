import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Waker } from '../../ports/waker.ts';

/** Invokes the function that fires, without waiting for it. */
export function lambdaWaker(client: LambdaClient, functionName: string): Waker {
  return {
    async wake() {
      await client.send(new InvokeCommand({ FunctionName: functionName, InvocationType: 'Event', Payload: '{}' }));
    },
  };
}
