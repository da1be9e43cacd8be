import type { Faults } from './faults.ts';
import type { Random } from './random.ts';
import type { Sandbox } from './sandbox.ts';
import type { Trace } from './trace.ts';
import type { VirtualTime } from './virtual-time.ts';
import type { World } from './world.ts';

/** A call that failed on its way, or that the service turned down for the moment: the client tries again. */
class PassingError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

const ATTEMPTS_MAX = 3;
const CLIENT_TIMEOUT_MS = 10_000;
const SLOW_MS_MAX = 9_000;
const MINUTE_MS = 60_000;

/** The way from a function to one service and back, with a client that tries three times, as the SDK does. */
export class ServiceCalls {
  readonly #service: string;
  readonly #slowChance: number;
  readonly #time: VirtualTime;
  readonly #random: Random;
  readonly #faults: Faults;
  readonly #trace: Trace;
  #isOutUntilMs = 0;

  /** @param slowChance How often the way there, or back, takes seconds where that may be. */
  constructor(service: string, { time, random, faults, trace }: World, slowChance = 0.015) {
    this.#service = service;
    this.#slowChance = slowChance;
    this.#time = time;
    this.#random = random;
    this.#faults = faults;
    this.#trace = trace;
  }

  /**
   * @param action Said in the trace.
   * @param apply What the service does. What it throws is its answer, and final.
   * @param show The answer, for the trace.
   */
  async call<T>(sandbox: Sandbox, action: string, apply: () => T, show: (answer: T) => string): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(sandbox, action, apply, show);
      } catch (error) {
        if (!(error instanceof PassingError)) throw error;
        this.#trace.note(sandbox.name, action, error.name);
        if (attempt === ATTEMPTS_MAX) throw error;
        await sandbox.sleep(50 * 2 ** attempt);
      }
    }
  }

  async #attempt<T>(sandbox: Sandbox, action: string, apply: () => T, show: (answer: T) => string): Promise<T> {
    const random = this.#random;
    const faults = this.#faults;
    await sandbox.sleep(random.below(random.chance(0.1) ? 400 : 15));
    if (faults.strikes('zombie', 0.003)) {
      sandbox.isZombie = true;
      this.#trace.note(sandbox.name, action, 'frozen');
      await sandbox.sleep(MINUTE_MS + random.below(14 * MINUTE_MS));
      this.#trace.note(sandbox.name, action, 'wakes');
    }
    const dies = --sandbox.callsLeft === 0;
    if (dies) faults.count('kill');
    if (dies && random.chance(0.5)) return this.#die(sandbox, action, 'killed before');
    if (faults.has('outage') && this.#isOut()) throw new PassingError('ServiceUnavailable', `${this.#service} is out`);
    if (faults.strikes('throttle', 0.02)) throw new PassingError('ThrottlingException', 'slow down');
    if (faults.strikes('server-error', 0.01)) throw new PassingError('InternalServerError', 'it was us');
    if (faults.strikes('slow', this.#slowChance)) await sandbox.sleep(random.below(SLOW_MS_MAX));
    const hangs = faults.strikes('timeout', 0.006);
    if (hangs && random.chance(0.5)) return this.#hang(sandbox);

    const answer = this.#applied(sandbox, action, apply, show);
    if (hangs) return this.#hang(sandbox);
    await sandbox.sleep(random.below(faults.strikes('slow', this.#slowChance) ? SLOW_MS_MAX : 10));
    if (dies) return this.#die(sandbox, action, 'killed after');
    if (faults.strikes('reply-lost', 0.02)) throw new PassingError('ECONNRESET', 'the answer was lost');
    return answer;
  }

  #applied<T>(sandbox: Sandbox, action: string, apply: () => T, show: (answer: T) => string): T {
    try {
      const answer = apply();
      this.#trace.note(sandbox.name, action, show(answer));
      return answer;
    } catch (error) {
      this.#trace.note(sandbox.name, action, (error as Error).name);
      throw error;
    }
  }

  async #hang(sandbox: Sandbox): Promise<never> {
    await sandbox.sleep(CLIENT_TIMEOUT_MS);
    throw new PassingError('TimeoutError', 'no answer in time');
  }

  async #die(sandbox: Sandbox, action: string, how: string): Promise<never> {
    this.#trace.note(sandbox.name, action, how);
    sandbox.kill();
    return new Promise<never>(() => {});
  }

  #isOut(): boolean {
    if (this.#time.nowMs < this.#isOutUntilMs) return true;
    if (!this.#faults.strikes('outage', 0.002)) return false;
    this.#isOutUntilMs = this.#time.nowMs + this.#random.pick([5_000, 30_000, 120_000, 600_000]);
    return true;
  }
}
