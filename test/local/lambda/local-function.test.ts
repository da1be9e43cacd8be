import { afterEach, expect, test } from 'vitest';
import type { InvocationOutcome } from '../../../local/lambda/invocation.ts';
import { responseOf } from '../../../local/lambda/invocation.ts';
import { LocalFunction, type LocalFunctionOptions } from '../../../local/lambda/local-function.ts';
import { eventually, isRunning } from '../eventually.ts';
import { fixtureDirectory } from '../fixtures/directory.ts';

const started: LocalFunction[] = [];

function start(options: Partial<LocalFunctionOptions> = {}): LocalFunction {
  const fn = new LocalFunction({ functionName: 'commanded', directory: fixtureDirectory('commanded'), ...options });
  started.push(fn);
  return fn;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((fn) => fn.stop()));
});

interface Answer {
  event: unknown;
  invocations: number;
  pid: number;
  environment: Record<string, string>;
  functionName: string;
  awsRequestId: string;
  invokedFunctionArn: string;
  remainingMs: number;
}

const answerOf = (outcome: InvocationOutcome) => responseOf(outcome) as Answer;
const errorOf = (outcome: InvocationOutcome) => (outcome.kind === 'failed' ? outcome.error : undefined);

test('the handler gets the event, a context and its own environment, and stays warm', async () => {
  const fn = start({ environment: { TABLE: 'logs' } });
  const first = await fn.invoke({ hello: 'world' }, { timeoutMs: 5_000 });
  const answer = answerOf(first);
  expect(answer).toMatchObject({ event: { hello: 'world' }, invocations: 1, functionName: 'commanded', awsRequestId: first.requestId });
  expect(answer.invokedFunctionArn).toBe(fn.functionArn);
  expect(answer.environment).toMatchObject({ TABLE: 'logs', AWS_LAMBDA_FUNCTION_NAME: 'commanded', TZ: 'UTC' });
  expect(answer.environment).not.toHaveProperty('HOME');
  expect(answer.environment).not.toHaveProperty('NODE_COMPILE_CACHE');
  expect(answer.remainingMs).toBeGreaterThan(4_000);
  expect(answer.remainingMs).toBeLessThanOrEqual(5_000);
  expect(fn.pids).toEqual([answer.pid]);
  expect(answerOf(await fn.invoke({}))).toMatchObject({ invocations: 2, pid: answer.pid });
  expect(fn.coldStarts).toBe(1);
});

test('only what JSON can hold crosses, both ways', async () => {
  const fn = start();
  const sent = { at: new Date(0), bytes: new Uint8Array([1]), gone: undefined };
  expect(answerOf(await fn.invoke(sent)).event).toEqual({ at: '1970-01-01T00:00:00.000Z', bytes: { '0': 1 } });
  expect(responseOf(await fn.invoke({ do: 'nothing' }))).toBe(null);
  expect(errorOf(await fn.invoke({ do: 'unserializable' }))?.errorType).toBe('Runtime.MarshalError');
});

test('an error of the handler is an outcome, and the environment stays warm', async () => {
  const fn = start();
  const error = errorOf(await fn.invoke({ do: 'throw' }));
  expect(error).toMatchObject({ errorType: 'TypeError', errorMessage: 'as told' });
  expect(error?.trace[0]).toBe('TypeError: as told');
  expect(error?.trace.length).toBeGreaterThan(1);
  expect(errorOf(await fn.invoke({ do: 'throwText' }))).toEqual({ errorType: 'string', errorMessage: 'not an error', trace: [] });
  expect(answerOf(await fn.invoke({})).invocations).toBe(3);
});

test.each([{ do: 'sleep', ms: 10_000 }, { do: 'spin' }])('a time-out ends the process, and the next start is cold: %o', async (event) => {
  const fn = start();
  const { pid } = answerOf(await fn.invoke({}));
  const error = errorOf(await fn.invoke(event, { timeoutMs: 150 }));
  expect(error?.errorType).toBe('Sandbox.Timedout');
  expect(error?.errorMessage).toMatch(/^RequestId: .* Error: Task timed out after 0.15 seconds$/);
  expect(isRunning(pid)).toBe(false);
  expect(answerOf(await fn.invoke({})).invocations).toBe(1);
  expect(fn.coldStarts).toBe(2);
});

test('a kill in the middle of an invocation fails it, and the next start is cold', async () => {
  const fn = start();
  await fn.invoke({});
  const invocation = fn.invoke({ do: 'sleep', ms: 10_000 });
  process.kill(fn.pids[0] as number, 'SIGKILL');
  expect(errorOf(await invocation)).toMatchObject({
    errorType: 'Runtime.ExitError',
    errorMessage: expect.stringMatching(/Runtime exited with error: signal: killed$/) as unknown,
  });
  expect(fn.pids).toEqual([]);
  expect(answerOf(await fn.invoke({})).invocations).toBe(1);
});

test('a kill between two invocations shows only as a cold start', async () => {
  const fn = start();
  await fn.invoke({});
  await fn.kill();
  expect(answerOf(await fn.invoke({})).invocations).toBe(1);
});

test('a process that exits or forgets a rejection fails the invocation', async () => {
  const fn = start();
  const exited = errorOf(await fn.invoke({ do: 'exit' }));
  expect(exited?.errorMessage).toMatch(/Runtime exited with error: exit status 3$/);
  const rejected = errorOf(await fn.invoke({ do: 'reject' }));
  expect(rejected).toMatchObject({ errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: nobody listens' });
  expect(answerOf(await fn.invoke({})).invocations).toBe(1);
  expect(fn.coldStarts).toBe(3);
});

test.each([
  ['broken', 'RangeError'],
  ['no-handler', 'Runtime.HandlerNotFound'],
  ['not-there', 'Runtime.ImportModuleError'],
])('a bundle that is %s fails every invocation with %s', async (name, errorType) => {
  const fn = start({ directory: fixtureDirectory(name) });
  expect(errorOf(await fn.invoke({}))?.errorType).toBe(errorType);
  expect(errorOf(await fn.invoke({}))?.errorType).toBe(errorType);
});

test('invocations wait for their turn, or get environments of their own', async () => {
  const nap = { do: 'sleep', ms: 50 };
  const one = start();
  const inTurn = await Promise.all([one.invoke(nap), one.invoke(nap)]);
  expect(inTurn.map((outcome) => answerOf(outcome).invocations)).toEqual([1, 2]);
  const two = start({ concurrencyMax: 2 });
  const atOnce = await Promise.all([two.invoke(nap), two.invoke(nap), two.invoke(nap)]);
  expect(atOnce.map((outcome) => answerOf(outcome).invocations).toSorted((a, b) => a - b)).toEqual([1, 1, 2]);
  expect(two.coldStarts).toBe(2);
});

test('every line the function writes reaches the sink', async () => {
  const lines: string[] = [];
  const fn = start({ onLog: ({ line }) => lines.push(line) });
  await fn.invoke({ do: 'log' });
  await eventually(() => lines.length === 3);
  expect(lines.toSorted()).toEqual(['first line', 'second line', 'to standard error']);
});

test('an event over 6 MB is refused, one just below it arrives', async () => {
  const fn = start();
  const megabytes = 1024 * 1024;
  expect(errorOf(await fn.invoke('x'.repeat(6 * megabytes)))?.errorType).toBe('RequestEntityTooLargeException');
  // The answer holds the event once more, and a little beside it.
  const tooLargeAnswer = await fn.invoke('x'.repeat(6 * megabytes - 2));
  expect(errorOf(tooLargeAnswer)?.errorType).toBe('Function.ResponseSizeTooLarge');
});

test('a stopped function lets its invocation finish and takes no more', async () => {
  const fn = start();
  const invocation = fn.invoke({ do: 'sleep', ms: 100 });
  const stopped = fn.stop();
  await expect(fn.invoke({})).rejects.toThrow('has been stopped');
  expect((await invocation).kind).toBe('returned');
  await stopped;
  expect(fn.pids).toEqual([]);
});
