import type { Clock } from '../../shared/ports/clock.ts';
import type { VirtualTime } from './virtual-time.ts';

/** Where a function runs. Dead, it never gets any further, wherever it was: what it waits for does not come. */
export class Sandbox {
  readonly name: string;
  readonly clock: Clock;
  /** Frozen for long: who waits for an answer gives up, and the function still goes on. */
  isZombie = false;
  /** How many calls it still makes before it is killed. */
  callsLeft = Number.POSITIVE_INFINITY;
  readonly #time: VirtualTime;
  readonly #onDeath = new Set<() => void>();
  #isDead = false;

  constructor(name: string, time: VirtualTime, skewMs: number) {
    this.name = name;
    this.#time = time;
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
}
