import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, expect, test } from 'vitest';
import { EMULATOR_CREDENTIALS, EMULATOR_REGION } from '../../../local/clients.ts';
import type { InvocationOutcome } from '../../../local/lambda/invocation.ts';
import { LambdaEndpoint } from '../../../local/lambda/lambda-endpoint.ts';
import { LocalFunction } from '../../../local/lambda/local-function.ts';
import { lambdaWaker } from '../../../shared/adapters/lambda/lambda-waker.ts';
import { eventually } from '../eventually.ts';
import { fixtureDirectory } from '../fixtures/directory.ts';

const outcomes: [string, InvocationOutcome][] = [];
const endpoint = await LambdaEndpoint.start({ onOutcome: (...outcome) => outcomes.push(outcome) });
const commanded = new LocalFunction({ functionName: 'commanded', directory: fixtureDirectory('commanded') });
endpoint.serve(commanded);
const client = new LambdaClient({ endpoint: endpoint.endpoint, region: EMULATOR_REGION, credentials: EMULATOR_CREDENTIALS });

afterAll(async () => {
  client.destroy();
  await commanded.stop();
  await endpoint.stop();
});

test('a function is invoked, and the caller does not wait for it', async () => {
  await lambdaWaker(client, ['commanded']).wake();
  await eventually(() => outcomes.length === 1);
  expect(outcomes[0]).toMatchObject(['commanded', { kind: 'returned' }]);
});

test('what is not there, or not asynchronous, is refused as Lambda does', async () => {
  await expect(lambdaWaker(client, ['nobody']).wake()).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: 'Function not found: nobody; there are commanded',
  });
  await expect(client.send(new InvokeCommand({ FunctionName: 'commanded' }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
  });
});
