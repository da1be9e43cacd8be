import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
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

type InvocationEnd = Extract<RuntimeMessage, { kind: 'returned' | 'failed' }> | { readonly kind: 'died' };

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
    const fail = (errorType: string, errorMessage: string): InvocationOutcome => {
      return { kind: 'failed', requestId, error: { errorType, errorMessage, trace: [] } };
    };
    const initializationError = await this.#initialized;
    if (initializationError !== undefined) {
      await this.kill();
      return { kind: 'failed', requestId, error: initializationError };
    }
    const end = await this.#exchange(requestId, eventJson, timeoutMs);
    switch (end.kind) {
      case 'timedOut':
        await this.kill();
        return fail('Sandbox.Timedout', `RequestId: ${requestId} Error: Task timed out after ${seconds(timeoutMs)} seconds`);
      case 'died':
        await this.#gone;
        return fail('Runtime.ExitError', `RequestId: ${requestId} Error: Runtime exited with error: ${this.#exitReason()}`);
      case 'failed':
        return { kind: 'failed', requestId, error: end.error };
      case 'returned':
        if (end.responseJson.length > PAYLOAD_BYTES_MAX) {
          return fail('Function.ResponseSizeTooLarge', `Response payload size exceeded maximum allowed payload size (${PAYLOAD_BYTES_MAX} bytes).`);
        }
        return { kind: 'returned', requestId, response: JSON.parse(end.responseJson) };
    }
  }

  /** Ends the process at once, in the middle of an invocation if need be; resolves when it is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.#alive) this.#child.kill(signal);
    await this.#gone;
  }

  #exchange(requestId: string, eventJson: string, timeoutMs: number): Promise<InvocationEnd | { kind: 'timedOut' }> {
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
      const failed = (errorType: string, errorMessage: string) => resolve({ errorType, errorMessage, trace: [] });
      const timer = setTimeout(
        () => failed('Sandbox.Timedout', `Init phase timed out after ${seconds(INITIALIZATION_MS_MAX)} seconds`),
        INITIALIZATION_MS_MAX,
      );
      void this.#gone.then(() => {
        clearTimeout(timer);
        failed('Runtime.ExitError', `Runtime exited during initialization: ${this.#exitReason()}`);
      });
      this.#child.on('message', (message: RuntimeMessage) => {
        clearTimeout(timer);
        if (message.kind === 'initialized') resolve(undefined);
        else if (message.kind === 'initializationFailed') resolve(message.error);
        else this.#settleInvocation?.(message);
      });
    });
  }

  /** The end is known when the process has exited and its channel is read out: an answer may still be in the channel. */
  #observeEnd(): Promise<void> {
    const child = this.#child;
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()));
    const readOut = new Promise<void>((resolve) => child.once('disconnect', () => resolve()).once('error', () => resolve()));
    return Promise.all([exited, readOut]).then(() => {
      this.#alive = false;
      this.#settleInvocation?.({ kind: 'died' });
    });
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

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(2);
}
