import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { JumpableRandomGenerator } from 'pure-rand/types/JumpableRandomGenerator';

// Seeds that are close to each other begin alike, and are soon far apart.
const WARM_UP = 32;
const NORMAL_DRAWS = 4;
// The sum of four uniform draws varies by 4 / 12 around 2.
const NORMAL_SCALE = Math.sqrt(12 / NORMAL_DRAWS);

/** Numbers from a seed: the same seed gives the same ones, and they do not come again in the life of a stream. */
export class Random {
  readonly #generator: JumpableRandomGenerator;

  /** @param seed A whole number; its lowest 32 bits count. */
  constructor(seed: number) {
    this.#generator = xoroshiro128plus(seed | 0);
    for (let draw = 0; draw < WARM_UP; draw++) this.#generator.next();
  }

  /** In `[0, 1)`. */
  unit(): number {
    return (this.#generator.next() >>> 0) / 2 ** 32;
  }

  /** A whole number in `[0, below)`. */
  below(below: number): number {
    return Math.floor(this.unit() * below);
  }

  /** True with a probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** About a normal distribution: mean 0, standard deviation 1, and never beyond 3.5, so that what lies there was put there. */
  normal(): number {
    let sum = -NORMAL_DRAWS / 2;
    for (let draw = 0; draw < NORMAL_DRAWS; draw++) sum += this.unit();
    return sum * NORMAL_SCALE;
  }
}
