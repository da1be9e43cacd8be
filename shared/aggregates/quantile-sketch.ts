import type { StateCodec } from '../table/state-codec.ts';
import { Bins } from './bins.ts';
import type { LogMapping } from './log-mapping.ts';

// 2^50, about 10^15: numbers so much smaller than the largest of their sign share one bin.
const OCTAVES = 50;

// A number below this has no full significand; it counts as 0.
const MAGNITUDE_MIN = 2 ** -1022;

/**
 * A distribution in bins of constant relative width (DDSketch): positive and negative numbers in bins of their own, and the zeros, and the
 * smallest and the largest number as they are. Two sketches merge by adding their bins, in any order and without further error.
 *
 * Source: Masson, Rim, Lee, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees" (VLDB 2019).
 */
export class QuantileSketch {
  readonly #mapping: LogMapping;
  readonly #positive: Bins;
  /** By magnitude. */
  readonly #negative: Bins;
  #zeros = 0;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;

  constructor(mapping: LogMapping) {
    this.#mapping = mapping;
    const span = Math.ceil(OCTAVES * mapping.binsPerOctave);
    this.#positive = new Bins(span);
    this.#negative = new Bins(span);
  }

  add(value: number): void {
    if (value >= MAGNITUDE_MIN) this.#positive.add(this.#mapping.indexOf(value), 1);
    else if (value <= -MAGNITUDE_MIN) this.#negative.add(this.#mapping.indexOf(-value), 1);
    else this.#zeros++;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
  }

  merge(other: QuantileSketch): void {
    this.#positive.addAll(other.#positive);
    this.#negative.addAll(other.#negative);
    this.#zeros += other.#zeros;
    if (other.#min < this.#min) this.#min = other.#min;
    if (other.#max > this.#max) this.#max = other.#max;
  }

  /**
   * The number below which the given share of the others lies: of n numbers in order the one at rank ⌊p · (n − 1)⌋, from 0, to the relative
   * error of the bins. That of 0 and of 1 is exact.
   */
  quantile(p: number): number {
    if (p === 0) return this.#min;
    if (p === 1) return this.#max;
    const rank = Math.floor(p * (this.#count() - 1));
    // No estimate lies outside of what there was.
    return Math.min(this.#max, Math.max(this.#min, this.#atRank(rank)));
  }

  #atRank(rank: number): number {
    let passed = 0;
    for (const [bin, count] of this.#negative.descending()) {
      passed += count;
      if (passed > rank) return -this.#mapping.valueOf(bin);
    }
    passed += this.#zeros;
    if (passed > rank) return 0;
    for (const [bin, count] of this.#positive.ascending()) {
      passed += count;
      if (passed > rank) return this.#mapping.valueOf(bin);
    }
    return this.#max;
  }

  #count(): number {
    let count = this.#zeros;
    for (const bins of [this.#negative, this.#positive]) for (const [, inBin] of bins.ascending()) count += inBin;
    return count;
  }

  static codec(mapping: LogMapping): StateCodec<QuantileSketch> {
    return {
      write: (writer, sketch) => {
        writer.float64(sketch.#min);
        writer.float64(sketch.#max);
        writer.varint(sketch.#zeros);
        sketch.#negative.write(writer);
        sketch.#positive.write(writer);
      },
      read: (reader) => {
        const sketch = new QuantileSketch(mapping);
        sketch.#min = reader.float64();
        sketch.#max = reader.float64();
        sketch.#zeros = reader.varint();
        sketch.#negative.read(reader);
        sketch.#positive.read(reader);
        return sketch;
      },
    };
  }
}
