import { InvokeCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Waker } from '../../ports/waker.ts';

/** Invokes the functions that fire, one a lane, without waiting for them. */
export function lambdaWaker(client: LambdaClient, functionNames: readonly string[]): Waker {
  return {
    async wake() {
      const invoke = (FunctionName: string) => client.send(new InvokeCommand({ FunctionName, InvocationType: 'Event', Payload: '{}' }));
      await Promise.all(functionNames.map(invoke));
    },
  };
}
