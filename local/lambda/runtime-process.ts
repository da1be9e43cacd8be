// The child process of one execution environment: `node runtime-process.ts <path of index.mjs> <function ARN>`.
// Loads the handler, then answers one invocation after the other. It ends when its parent does: the operating system
// closes the IPC channel even of a parent that was killed.
import { pathToFileURL } from 'node:url';
import { functionErrorOf, type InvokeMessage, type RuntimeMessage } from './invocation.ts';

type Handler = (event: unknown, context: unknown) => unknown;

const [bundlePath = '', functionArn = ''] = process.argv.slice(2);
const { AWS_LAMBDA_FUNCTION_NAME = '', AWS_LAMBDA_FUNCTION_MEMORY_SIZE = '' } = process.env;

// It is for this process, not for the function, which would not find it in Lambda.
delete process.env['NODE_COMPILE_CACHE'];

let requestIdInFlight: string | undefined;

process.on('disconnect', () => process.exit(0));
// The parent decides when environments stop: an invocation in flight may finish after Ctrl-C in the terminal.
process.on('SIGINT', () => {});
process.on('uncaughtException', (error) => die(error));
process.on('unhandledRejection', (reason) => {
  die(named('Runtime.UnhandledPromiseRejection', String(reason)));
});

function report(message: RuntimeMessage, then: () => void = () => {}): void {
  if (process.connected) process.send?.(message, then);
  else then();
}

/** An error outside the handler's promise ends the environment, as Lambda's runtime does; the invocation has failed. */
function die(error: unknown): void {
  console.error(error);
  if (requestIdInFlight === undefined) process.exit(1);
  report({ kind: 'crashed', requestId: requestIdInFlight, error: functionErrorOf(error) }, () => process.exit(1));
}

/** Lambda names these errors in its own way. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}

async function loadHandler(path: string): Promise<Handler> {
  const bundle = (await import(pathToFileURL(path).href).catch((error: unknown) => {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND';
    throw isMissing ? named('Runtime.ImportModuleError', error.message) : error;
  })) as { handler?: unknown };
  if (typeof bundle.handler === 'function') return bundle.handler as Handler;
  throw named('Runtime.HandlerNotFound', 'index.handler is undefined or not exported');
}

function contextOf({ requestId, timeoutMs }: InvokeMessage) {
  const deadlineMs = Date.now() + timeoutMs;
  return {
    functionName: AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn,
    memoryLimitInMB: AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: requestId,
    logGroupName: `/aws/lambda/${AWS_LAMBDA_FUNCTION_NAME}`,
    logStreamName: `local/${process.pid}`,
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
}

async function answer(handler: Handler, message: InvokeMessage): Promise<RuntimeMessage> {
  const { requestId } = message;
  let response: unknown;
  try {
    response = await handler(JSON.parse(message.eventJson), contextOf(message));
  } catch (error) {
    return { kind: 'failed', requestId, error: functionErrorOf(error) };
  }
  try {
    return { kind: 'returned', requestId, responseJson: JSON.stringify(response) ?? 'null' };
  } catch (error) {
    const unserializable = { ...functionErrorOf(error), errorType: 'Runtime.MarshalError' };
    return { kind: 'failed', requestId, error: unserializable };
  }
}

async function serve(handler: Handler, message: InvokeMessage): Promise<void> {
  requestIdInFlight = message.requestId;
  const result = await answer(handler, message);
  requestIdInFlight = undefined;
  report(result);
}

try {
  const handler = await loadHandler(bundlePath);
  process.on('message', (message: InvokeMessage) => void serve(handler, message));
  report({ kind: 'initialized' });
} catch (error) {
  console.error(error);
  report({ kind: 'initializationFailed', error: functionErrorOf(error) }, () => process.exit(1));
}
