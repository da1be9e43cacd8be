import type { StateCodec } from '../table/state-codec.ts';

/**
 * Counts of the values that come often, in a bounded number of counters (Misra–Gries). While there are as many counters as different
 * values every count is exact. When there are more values, all counters are lowered by the same amount, so that half of them go; `error`
 * says by how much in all. So a count is too low by at most `error`, never too high; and `error` is at most the number of events divided
 * by half the counters, in whatever order events and merges come.
 *
 * Source: Misra, Gries, "Finding repeated elements" (1982); Agarwal, Cormode, Huang, Phillips, Wei, Yi, "Mergeable summaries" (2012).
 */
export class HeavyHitters {
  readonly #counters: number;
  readonly #counts = new Map<string, number>();
  #error = 0;

  constructor(counters: number) {
    this.#counters = counters;
  }

  /** How much the counts may be too low. */
  get error(): number {
    return this.#error;
  }

  add(value: string, count: number): void {
    this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    if (this.#counts.size > this.#counters) this.#lower();
  }

  merge(other: HeavyHitters): void {
    // All first, then one lowering: so it does not matter which of the two is merged into the other.
    for (const [value, count] of other.#counts) this.#counts.set(value, (this.#counts.get(value) ?? 0) + count);
    this.#error += other.#error;
    if (this.#counts.size > this.#counters) this.#lower();
  }

  /** The values with the highest counts, those with the same count in the order of their text. */
  top(k: number): { value: string; count: number }[] {
    const all = Array.from(this.#counts, ([value, count]) => ({ value, count }));
    return all.sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1)).slice(0, k);
  }

  /** Every lowering by `c` takes `c` from more than half the counters: that bounds the sum of all `c`. */
  #lower(): void {
    const descending = Float64Array.from(this.#counts.values()).sort().reverse();
    const by = descending[Math.floor(this.#counters / 2)] as number;
    for (const [value, count] of this.#counts) {
      if (count > by) this.#counts.set(value, count - by);
      else this.#counts.delete(value);
    }
    this.#error += by;
  }

  /** The error; how many counters; then each, in the order of the values, with its value and count. */
  static codec(counters: number): StateCodec<HeavyHitters> {
    return {
      write: (writer, hitters) => {
        writer.varint(hitters.#error);
        writer.varint(hitters.#counts.size);
        for (const value of [...hitters.#counts.keys()].sort()) {
          writer.text(value);
          writer.varint(hitters.#counts.get(value) as number);
        }
      },
      read: (reader) => {
        const hitters = new HeavyHitters(counters);
        hitters.#error = reader.varint();
        for (let left = reader.varint(); left > 0; left--) {
          const value = reader.text();
          hitters.#counts.set(value, reader.varint());
        }
        return hitters;
      },
    };
  }
}
