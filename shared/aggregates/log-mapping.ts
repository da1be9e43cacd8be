/**
 * Maps positive numbers to bins whose ends differ by a constant factor, so that any number is known to a relative error from its bin.
 *
 * The logarithm is read from the bits of the number: the exponent, and a parabola through the significand. That costs 8 % more bins than
 * the true logarithm, and uses additions, multiplications and a square root only, which give the same bits on every machine and in every
 * version of Node; `Math.log` need not.
 *
 * Source: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB 2019); the
 * quadratic interpolation is that of the authors' Java library.
 */
export class LogMapping {
  readonly #relativeError: number;
  readonly #binsPerOctave: number;

  /** @param relativeError Half a bin, relative to the number: below 1. */
  constructor(relativeError: number) {
    this.#relativeError = relativeError;
    // The slope of the parabola is nowhere below 4/3, so no bin is wider than promised.
    this.#binsPerOctave = 0.75 / logOfRatio(relativeError);
  }

  /** How many bins stand for a factor of two. */
  get binsPerOctave(): number {
    return this.#binsPerOctave;
  }

  /** @param value A positive, normal number. */
  indexOf(value: number): number {
    BITS.setFloat64(0, value);
    const high = BITS.getUint32(0);
    const exponent = (high >>> 20) - 1_023;
    BITS.setUint32(0, (high & 0x000fffff) | 0x3ff00000);
    const significand = BITS.getFloat64(0);
    return Math.floor((exponent + ((significand - 1) * (5 - significand)) / 3) * this.#binsPerOctave);
  }

  /** The number that is no farther than the relative error from everything in a bin. */
  valueOf(index: number): number {
    const low = this.#lowerBound(index);
    const high = this.#lowerBound(index + 1);
    // The last bin ends where numbers do.
    if (high === Number.POSITIVE_INFINITY) return Math.min(Number.MAX_VALUE, low * (1 + this.#relativeError));
    // The harmonic mean, halved on the way so that it cannot overflow.
    return low * (high / (low / 2 + high / 2));
  }

  #lowerBound(index: number): number {
    const log = index / this.#binsPerOctave;
    const exponent = Math.floor(log);
    return (3 - Math.sqrt(4 - 3 * (log - exponent))) * 2 ** exponent;
  }
}

const BITS = new DataView(new ArrayBuffer(8));

/** ln((1 + x) / (1 - x)) for small positive x, by its series. */
function logOfRatio(x: number): number {
  let sum = 0;
  let power = x;
  for (let odd = 1; power / odd > Number.EPSILON * sum; odd += 2) {
    sum += power / odd;
    power *= x * x;
  }
  return 2 * sum;
}
