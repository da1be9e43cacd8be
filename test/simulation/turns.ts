import type { Random } from './random.ts';

/** Lets concurrent tasks go on one at a time, in an order that the seed decides. Every I/O of a simulated process waits here for its turn. */
export class Turns {
  readonly #random: Random;
  readonly #waiting: (() => void)[] = [];

  constructor(random: Random) {
    this.#random = random;
  }

  /** Resolves when it is this task's turn. */
  next(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Runs tasks to their end. */
  async run(tasks: readonly Promise<unknown>[]): Promise<void> {
    let settled = false;
    const all = Promise.allSettled(tasks).then(() => {
      settled = true;
    });
    while (!settled) {
      // Whoever can go on without a turn does so first.
      await new Promise((resolve) => setImmediate(resolve));
      if (this.#waiting.length > 0) this.#waiting.splice(this.#random.below(this.#waiting.length), 1)[0]?.();
    }
    await all;
  }
}
