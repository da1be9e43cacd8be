import { Faults, type FaultKind } from './faults.ts';
import { Random } from './random.ts';
import { Trace } from './trace.ts';
import { VirtualTime } from './virtual-time.ts';

/** Something that must never be. */
export class Violation extends Error {
  override readonly name = 'Violation';
}

/** What all parts of a simulated world share: time, chance, mishap and memory. */
export class World {
  readonly seed: number;
  readonly time = new VirtualTime();
  readonly trace = new Trace(this.time);
  readonly random: Random;
  readonly faults: Faults;
  #violation: Violation | undefined;

  constructor(seed: number, allowed: readonly FaultKind[]) {
    this.seed = seed;
    this.random = new Random(seed);
    this.faults = new Faults(seed, this.random, allowed);
  }

  /** The first promise that was broken. */
  get violation(): Violation | undefined {
    return this.#violation;
  }

  /** Ends the world: a promise was broken. Thrown, it would be one more failure that a function recovers from. */
  accuse(message: string, cause?: unknown): void {
    if (this.#violation !== undefined) return;
    this.#violation = new Violation(message, { cause });
    this.trace.note('VIOLATION', message);
  }
}
