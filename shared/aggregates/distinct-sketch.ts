import type { StateCodec } from '../table/state-codec.ts';

// Hashes are whole numbers of this many bits.
const HASH_BITS = 53;
// Exact while there are at most this share of a register each.
const EXACT_SHARE = 16;

/** How a stored sketch goes on. Never renumber. */
const FORM = { hashes: 0, registers: 1 } as const;

/**
 * A set of hashes that forgets them when there are many: up to 2^precision / 16 it keeps them as they are and its count is exact; beyond
 * that it is a HyperLogLog of 2^precision registers, each the longest run of leading zeros among the hashes that fall to it. Which of the
 * two it is depends on how many different hashes there were, not on their order, so merging is exact in both.
 *
 * Source: Flajolet, Fusy, Gandouet, Meunier, "HyperLogLog" (2007); the sparse beginning after Heule, Nunkesser, Hall, "HyperLogLog in
 * Practice" (2013). Count: Ertl, "New cardinality estimation algorithms for HyperLogLog sketches" (2017), algorithm 6, which has no bias
 * to correct by tables at any size.
 */
export class DistinctSketch {
  readonly #precision: number;
  #hashes: Set<number> | undefined = new Set();
  #registers: Uint8Array | undefined;

  constructor(precision: number) {
    this.#precision = precision;
  }

  add(hash: number): void {
    if (this.#registers !== undefined) {
      this.#register(this.#registers, hash);
      return;
    }
    const hashes = this.#hashes as Set<number>;
    hashes.add(hash);
    if (hashes.size > 2 ** this.#precision / EXACT_SHARE) this.#forget(hashes);
  }

  merge(other: DistinctSketch): void {
    if (other.#registers === undefined) {
      for (const hash of other.#hashes as Set<number>) this.add(hash);
      return;
    }
    if (this.#registers === undefined) this.#forget(this.#hashes as Set<number>);
    const registers = this.#registers as unknown as Uint8Array;
    for (let index = 0; index < registers.length; index++) {
      const run = other.#registers[index] as number;
      if (run > (registers[index] as number)) registers[index] = run;
    }
  }

  /** How many different hashes there were. */
  count(): number {
    return this.#registers === undefined
      ? (this.#hashes as Set<number>).size
      : Math.round(estimate(this.#registers, HASH_BITS - this.#precision));
  }

  #forget(hashes: Set<number>): void {
    const registers = new Uint8Array(2 ** this.#precision);
    for (const hash of hashes) this.#register(registers, hash);
    this.#registers = registers;
    this.#hashes = undefined;
  }

  /** The first bits of a hash choose the register; the rest has a run of zeros at its front. */
  #register(registers: Uint8Array, hash: number): void {
    const restBits = HASH_BITS - this.#precision;
    const index = Math.floor(hash / 2 ** restBits);
    const rest = hash - index * 2 ** restBits;
    const run = restBits - bitLength(rest) + 1;
    if (run > (registers[index] as number)) registers[index] = run;
  }

  static codec(precision: number): StateCodec<DistinctSketch> {
    return {
      write: (writer, sketch) => {
        if (sketch.#registers !== undefined) {
          writer.varint(FORM.registers);
          writer.raw(sketch.#registers);
          return;
        }
        const ascending = Float64Array.from(sketch.#hashes as Set<number>).sort();
        writer.varint(FORM.hashes);
        writer.varint(ascending.length);
        let before = 0;
        for (const hash of ascending) {
          writer.varint(hash - before);
          before = hash;
        }
      },
      read: (reader) => {
        const sketch = new DistinctSketch(precision);
        const form = reader.varint();
        if (form === FORM.registers) {
          sketch.#registers = reader.raw(2 ** precision);
          sketch.#hashes = undefined;
          return sketch;
        }
        if (form !== FORM.hashes) throw new RangeError(`a count of distinct values has the form ${form}, which this version does not know`);
        let hash = 0;
        for (let left = reader.varint(); left > 0; left--) {
          hash += reader.varint();
          (sketch.#hashes as Set<number>).add(hash);
        }
        return sketch;
      },
    };
  }
}

/** How many bits a whole number below 2^53 has: 0 for 0. */
function bitLength(value: number): number {
  const high = Math.floor(value / 2 ** 32);
  return high > 0 ? 64 - Math.clz32(high) : 32 - Math.clz32(value >>> 0);
}

function estimate(registers: Uint8Array, runMax: number): number {
  const size = registers.length;
  const withRun = new Array<number>(runMax + 2).fill(0);
  for (const run of registers) withRun[run] = (withRun[run] as number) + 1;
  let z = size * tau(1 - (withRun[runMax + 1] as number) / size);
  for (let run = runMax; run >= 1; run--) z = 0.5 * (z + (withRun[run] as number));
  z += size * sigma((withRun[0] as number) / size);
  return size ** 2 / (2 * Math.LN2 * z);
}

function sigma(share: number): number {
  let [x, y, z] = [share, 1, share];
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x *= x;
    z += x * y;
    y += y;
  }
  return z;
}

function tau(share: number): number {
  if (share === 0 || share === 1) return 0;
  let [x, y, z] = [share, 1, 1 - share];
  for (let before = Number.NaN; z !== before; ) {
    before = z;
    x = Math.sqrt(x);
    y *= 0.5;
    z -= (1 - x) ** 2 * y;
  }
  return z / 3;
}
