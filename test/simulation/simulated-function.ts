import type { Context } from 'aws-lambda';
import { functionErrorOf, type InvocationOutcome } from '../../local/lambda/invocation.ts';
import { Sandbox } from './sandbox.ts';
import type { World } from './world.ts';

type Handler<I> = (event: I, context: Context) => Promise<unknown>;

export interface FunctionOptions<I> {
  readonly name: string;
  readonly timeoutMs: number;
  /** Makes the handler of a new sandbox. */
  readonly start: (sandbox: Sandbox) => Handler<I>;
}

interface Running<I> {
  readonly sandbox: Sandbox;
  readonly handler: Handler<I>;
  readonly startedAtMs: number;
  readonly generation: number;
}

const SKEW_MS_MAX = 300_000;
// Lambda replaces sandboxes after some hours, busy or not.
const SANDBOX_LIFE_MS_MAX = 4 * 3_600_000;

/** A Lambda function: warm sandboxes are used again, killed ones replaced, and an invocation ends for its caller whatever becomes of it. */
export class SimulatedFunction<I> {
  readonly #world: World;
  readonly #options: FunctionOptions<I>;
  #idle: Running<I>[] = [];
  #generation = 0;
  #started = 0;
  #invocations = 0;

  constructor(world: World, options: FunctionOptions<I>) {
    this.#world = world;
    this.#options = options;
  }

  /** From now on only new sandboxes: none has a past. */
  forget(): void {
    this.#idle = [];
    this.#generation++;
  }

  async invoke(event: I): Promise<InvocationOutcome> {
    const { time, trace, faults, random } = this.#world;
    const { name, timeoutMs } = this.#options;
    const requestId = `${name}-${++this.#invocations}`;
    const running = this.#take();
    const { sandbox } = running;
    // Few invocations die, so that those with many calls come to an end, too.
    const isDoomed = faults.has('kill') && random.chance(0.15);
    sandbox.callsLeft = isDoomed ? 1 + random.below(random.pick([4, 12, 60])) : Number.POSITIVE_INFINITY;
    sandbox.invokedAtMs = time.nowMs;
    trace.note(sandbox.name, 'is invoked');
    return new Promise((resolve) => {
      let isOver = false;
      const end = (outcome: InvocationOutcome, said: string) => {
        if (isOver) return;
        isOver = true;
        trace.note(sandbox.name, said);
        resolve(outcome);
      };
      const fail = (error: unknown, said: string) => end({ kind: 'failed', requestId, error: functionErrorOf(error) }, said);
      sandbox.onDeath(() => fail(new Error('Runtime.ExitError'), 'is dead'));
      time.after(timeoutMs, () => {
        if (isOver) return;
        if (!sandbox.isZombie) sandbox.kill();
        fail(new Error('Sandbox.Timedout'), 'timed out');
      });
      const untilMs = time.nowMs + timeoutMs;
      const context = { getRemainingTimeInMillis: () => Math.max(0, untilMs - time.nowMs) } as Context;
      running.handler(event, context).then(
        (response) => {
          end({ kind: 'returned', requestId, response }, 'returns');
          if (!faults.strikes('twins', 0.1)) this.#rest(running);
        },
        (error: unknown) => {
          fail(error, `throws ${String(error)}`);
          // Lambda may use a sandbox again after an error, or not.
          if (random.chance(0.5)) this.#rest(running);
        },
      );
    });
  }

  #rest(running: Running<I>): void {
    if (running.generation === this.#generation) this.#idle.push(running);
  }

  #take(): Running<I> {
    const { random, faults, time } = this.#world;
    this.#idle = this.#idle.filter(({ startedAtMs }) => time.nowMs - startedAtMs < SANDBOX_LIFE_MS_MAX);
    const warm = this.#idle.splice(random.below(this.#idle.length), 1)[0];
    if (warm !== undefined) return warm;
    const skewMs = faults.has('clock-skew') ? random.below(2 * SKEW_MS_MAX) - SKEW_MS_MAX : 0;
    const sandbox = new Sandbox(`${this.#options.name}-${++this.#started}`, time, skewMs);
    return { sandbox, handler: this.#options.start(sandbox), startedAtMs: time.nowMs, generation: this.#generation };
  }
}
