import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { COMPILE_CACHE } from '../compile-cache.ts';
import { type FunctionError, type InvocationOutcome, PAYLOAD_BYTES_MAX, type RuntimeMessage } from './invocation.ts';

/** One line that a function wrote to its standard output or error. */
export interface FunctionLogLine {
  readonly functionName: string;
  readonly pid: number;
  readonly line: string;
}

export interface EnvironmentOptions {
  readonly functionName: string;
  readonly functionArn: string;
  /** Folder that holds the bundle, `index.mjs`. */
  readonly directory: string;
  /** The whole environment of the process beside Lambda's own variables: nothing of this process leaks in. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly onLog: (line: FunctionLogLine) => void;
}

const CHILD_PROGRAM = fileURLToPath(new URL('./runtime-process.ts', import.meta.url));
const INITIALIZATION_MS_MAX = 10_000;
/** Part of the function's memory that Node's heap may use; the rest is for buffers and code. */
const HEAP_SHARE = 0.9;

const RESPONSE_TOO_LARGE = runtimeError(
  'Function.ResponseSizeTooLarge',
  `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`,
);

type InvocationEnd =
  | Extract<RuntimeMessage, { kind: 'returned' | 'failed' | 'crashed' }>
  | { readonly kind: 'died' }
  | { readonly kind: 'timedOut' };

/**
 * One process with one handler loaded: what Lambda calls an execution environment. It serves one invocation at a time,
 * keeps its memory in between, and is of no further use once `alive` is false.
 */
export class ExecutionEnvironment {
  readonly #child: ChildProcess;
  readonly #initialized: Promise<FunctionError | undefined>;
  readonly #gone: Promise<void>;
  #alive = true;
  #settleInvocation: ((end: InvocationEnd) => void) | undefined;

  constructor(options: EnvironmentOptions) {
    this.#child = fork(CHILD_PROGRAM, [join(options.directory, 'index.mjs'), options.functionArn], {
      execArgv: [`--max-old-space-size=${Math.floor(options.memoryMb * HEAP_SHARE)}`],
      env: environmentOf(options),
      // Structured clone, which passes long strings as they are: as JSON every event would be escaped a second time.
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) forwardLines(stream, this.pid, options);
    this.#gone = this.#observeEnd();
    this.#initialized = this.#observeMessages();
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs the handler on one event (JSON text). After a time-out or a death the environment is no longer alive. */
  async invoke(requestId: string, eventJson: string, timeoutMs: number): Promise<InvocationOutcome> {
    const initializationError = await this.#initialized;
    if (initializationError !== undefined) {
      await this.kill();
      return { kind: 'failed', requestId, error: initializationError };
    }
    const end = await this.#exchange(requestId, eventJson, timeoutMs);
    if (end.kind === 'timedOut' || end.kind === 'crashed') await this.kill();
    const error = this.#errorOf(end, requestId, timeoutMs);
    if (error !== undefined) return { kind: 'failed', requestId, error };
    return { kind: 'returned', requestId, response: end.kind === 'returned' ? JSON.parse(end.responseJson) : null };
  }

  /** Ends the process at once, in the middle of an invocation if need be; resolves when it is gone. */
  async kill(): Promise<void> {
    if (this.#alive) this.#child.kill('SIGKILL');
    await this.#gone;
  }

  #exchange(requestId: string, eventJson: string, timeoutMs: number): Promise<InvocationEnd> {
    return new Promise((resolve) => {
      if (!this.#alive) return resolve({ kind: 'died' });
      const timer = setTimeout(() => resolve({ kind: 'timedOut' }), timeoutMs);
      this.#settleInvocation = (end) => {
        clearTimeout(timer);
        resolve(end);
      };
      // A channel that breaks here shows as the death of the process, so the error itself says nothing new.
      this.#child.send({ requestId, eventJson, timeoutMs }, () => {});
    });
  }

  #observeMessages(): Promise<FunctionError | undefined> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(runtimeError('Sandbox.Timedout', `Init phase timed out after ${seconds(INITIALIZATION_MS_MAX)} seconds`));
      }, INITIALIZATION_MS_MAX);
      void this.#gone.finally(() => {
        clearTimeout(timer);
        resolve(runtimeError('Runtime.ExitError', `Runtime exited during initialization: ${this.#exitReason()}`));
      });
      this.#child.on('message', (message: RuntimeMessage) => {
        clearTimeout(timer);
        if (message.kind === 'initialized') resolve(undefined);
        else if (message.kind === 'initializationFailed') resolve(message.error);
        else this.#settleInvocation?.(message);
      });
    });
  }

  /** The end is known when the process has exited and its channel is read out: an answer may still be in it. */
  #observeEnd(): Promise<void> {
    return new Promise((resolve) => {
      const child = this.#child;
      const end = () => {
        this.#alive = false;
        this.#settleInvocation?.({ kind: 'died' });
        resolve();
      };
      child.once('exit', () => (child.connected ? child.once('disconnect', end) : end()));
      // A process that could not be started at all.
      child.once('error', end);
    });
  }

  #errorOf(end: InvocationEnd, requestId: string, timeoutMs: number): FunctionError | undefined {
    const request = `RequestId: ${requestId} Error:`;
    if (end.kind === 'timedOut') {
      return runtimeError('Sandbox.Timedout', `${request} Task timed out after ${seconds(timeoutMs)} seconds`);
    }
    if (end.kind === 'died') {
      return runtimeError('Runtime.ExitError', `${request} Runtime exited with error: ${this.#exitReason()}`);
    }
    if (end.kind === 'returned') return end.responseJson.length > PAYLOAD_BYTES_MAX ? RESPONSE_TOO_LARGE : undefined;
    return end.error;
  }

  #exitReason(): string {
    const { signalCode, exitCode } = this.#child;
    if (signalCode === 'SIGKILL') return 'signal: killed';
    return signalCode === null ? `exit status ${exitCode}` : `signal: ${signalCode}`;
  }
}

function environmentOf({ functionName, directory, memoryMb, environment }: EnvironmentOptions) {
  return {
    PATH: process.env['PATH'] ?? '',
    TZ: 'UTC',
    ...COMPILE_CACHE,
    LAMBDA_TASK_ROOT: directory,
    _HANDLER: 'index.handler',
    AWS_LAMBDA_FUNCTION_NAME: functionName,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(memoryMb),
    ...environment,
  };
}

function forwardLines(stream: Readable | null, pid: number, { functionName, onLog }: EnvironmentOptions): void {
  if (stream !== null) createInterface({ input: stream }).on('line', (line) => onLog({ functionName, pid, line }));
}

function runtimeError(errorType: string, errorMessage: string): FunctionError {
  return { errorType, errorMessage, trace: [] };
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
