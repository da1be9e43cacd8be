import { randomUUID } from 'node:crypto';
import { EMULATOR_REGION } from '../clients.ts';
import { ExecutionEnvironment, type FunctionLogLine } from './execution-environment.ts';
import { type InvocationOutcome, PAYLOAD_BYTES_MAX } from './invocation.ts';

export interface LocalFunctionOptions {
  readonly functionName: string;
  /** Folder of the bundle: `<directory>/index.mjs`, which exports `handler`. */
  readonly directory: string;
  /** Environment variables of the function. Nothing else of this process is passed on, as in Lambda. */
  readonly environment?: Readonly<Record<string, string>>;
  /** How long one invocation may take; 60,000 by default. */
  readonly timeoutMs?: number;
  /** 512 by default; bounds Node's heap. */
  readonly memoryMb?: number;
  /** Environments at a time, 1 by default. Invocations beyond it wait (Lambda would start more, or throttle). */
  readonly concurrencyMax?: number;
  /** Gets every line that the function writes; dropped when absent. */
  readonly onLog?: (line: FunctionLogLine) => void;
}

/**
 * A function on this machine: hosts a bundled handler in processes of its own, which are started when they are needed
 * and kept warm. An environment that died or timed out is replaced at the next invocation: a cold start.
 */
export class LocalFunction {
  readonly functionName: string;
  readonly functionArn: string;
  readonly #options: Required<LocalFunctionOptions>;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #inFlight = new Set<Promise<unknown>>();
  #coldStarts = 0;
  #stopped = false;

  constructor(options: LocalFunctionOptions) {
    this.functionName = options.functionName;
    this.functionArn = `arn:aws:lambda:${EMULATOR_REGION}:000000000000:function:${options.functionName}`;
    this.#options = { environment: {}, timeoutMs: 60_000, memoryMb: 512, concurrencyMax: 1, onLog: () => {}, ...options };
  }

  /** Processes alive now, busy or warm: what a chaos test may send signals to. */
  get pids(): number[] {
    return [...this.#environments].filter((environment) => environment.alive).map((environment) => environment.pid);
  }

  /** How many environments have been started so far. */
  get coldStarts(): number {
    return this.#coldStarts;
  }

  /**
   * Invokes the handler with the event, as JSON. What goes wrong in the function comes back as a `failed` outcome.
   * Throws only when the function has been stopped.
   */
  async invoke(event: unknown, { timeoutMs = this.#options.timeoutMs } = {}): Promise<InvocationOutcome> {
    if (this.#stopped) throw new Error(`${this.functionName} has been stopped and takes no more invocations.`);
    const invocation = this.#run(JSON.stringify(event) ?? 'null', timeoutMs);
    this.#inFlight.add(invocation);
    return invocation.finally(() => this.#inFlight.delete(invocation));
  }

  /** Ends every environment, in the middle of an invocation if need be. The function stays usable. */
  async kill(): Promise<void> {
    await Promise.all([...this.#environments].map((environment) => environment.kill()));
  }

  /** Lets invocations finish, takes no more, and ends the processes. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#inFlight);
    await this.kill();
  }

  async #run(eventJson: string, timeoutMs: number): Promise<InvocationOutcome> {
    const requestId = randomUUID();
    if (Buffer.byteLength(eventJson) > PAYLOAD_BYTES_MAX) {
      const errorMessage = `Request must be smaller than ${PAYLOAD_BYTES_MAX} bytes for the InvokeFunction operation`;
      return { kind: 'failed', requestId, error: { errorType: 'RequestEntityTooLargeException', errorMessage, trace: [] } };
    }
    const environment = await this.#acquire();
    try {
      return await environment.invoke(requestId, eventJson, timeoutMs);
    } finally {
      this.#release(environment);
    }
  }

  async #acquire(): Promise<ExecutionEnvironment> {
    for (;;) {
      // The one used last is the warmest.
      const idle = this.#idle.pop();
      if (idle?.alive === true) return idle;
      if (idle !== undefined) this.#environments.delete(idle);
      else if (this.#environments.size < this.#options.concurrencyMax) return this.#startEnvironment();
      else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #startEnvironment(): ExecutionEnvironment {
    const environment = new ExecutionEnvironment({ ...this.#options, functionArn: this.functionArn });
    this.#environments.add(environment);
    this.#coldStarts += 1;
    return environment;
  }

  #release(environment: ExecutionEnvironment): void {
    if (environment.alive) this.#idle.push(environment);
    else this.#environments.delete(environment);
    this.#waiting.shift()?.();
  }
}
