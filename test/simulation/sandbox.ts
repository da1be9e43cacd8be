import type { Clock } from '../../shared/ports/clock.ts';
import { TimeoutError, type Timer } from '../../shared/ports/timer.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Where a function runs. Dead, it never gets any further, wherever it was: what it waits for does not come. */
export class Sandbox {
  readonly name: string;
  readonly clock: Clock;
  readonly timer: Timer = { within: async (ms, work) => this.#within(ms, work) };
  /** Frozen for long: who waits for an answer gives up, and the function still goes on. */
  isZombie = false;
  /** How many calls it still makes before it is killed. */
  callsLeft = Number.POSITIVE_INFINITY;
  /** When what it does, or did last, began. */
  invokedAtMs: number;
  readonly #time: VirtualTime;
  readonly #onDeath = new Set<() => void>();
  #isDead = false;

  constructor(name: string, time: VirtualTime, skewMs: number) {
    this.name = name;
    this.#time = time;
    this.invokedAtMs = time.nowMs;
    this.clock = { nowMs: () => time.nowMs + skewMs };
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  async sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#time.after(ms, () => {
        if (!this.#isDead) resolve();
      });
    });
  }

  kill(): void {
    this.#isDead = true;
    for (const tell of this.#onDeath) tell();
    this.#onDeath.clear();
  }

  onDeath(tell: () => void): void {
    this.#onDeath.add(tell);
  }

  /** Dead or frozen, it does not hear that time is over. */
  async #within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const ending = new AbortController();
    let isOver = false;
    const late = this.sleep(ms).then(() => {
      if (isOver) return undefined as never;
      const error = new TimeoutError(ms);
      ending.abort(error);
      throw error;
    });
    try {
      return await Promise.race([work(ending.signal), late]);
    } finally {
      isOver = true;
    }
  }
}
