import type { StateReader, StateWriter } from '../table/state-codec.ts';

/**
 * Counts by bin, for the highest `span` bins: what lies further below the highest is counted in the lowest bin kept. The highest bin only
 * ever rises, so what is left in the end depends on what was added and not on the order.
 */
export class Bins {
  readonly #span: number;
  /** The bin of `#counts[0]`. */
  #base = 0;
  #counts = new Float64Array(0);
  // Of the bins that hold something; nothing does while the highest is below the lowest.
  #lowest = 0;
  #highest = -1;

  constructor(span: number) {
    this.#span = span;
  }

  get isEmpty(): boolean {
    return this.#highest < this.#lowest;
  }

  add(bin: number, count: number): void {
    if (this.isEmpty) this.#start(bin);
    else if (bin > this.#highest) this.#raise(bin);
    else if (bin < this.#lowest) this.#lower(Math.max(bin, this.#highest - this.#span + 1));
    const kept = Math.max(bin, this.#lowest) - this.#base;
    this.#counts[kept] = (this.#counts[kept] as number) + count;
  }

  addAll(other: Bins): void {
    // From above, so that nothing is moved twice.
    for (const [bin, count] of other.descending()) this.add(bin, count);
  }

  /** The bins that hold something and their counts, the lowest first. */
  *ascending(): Generator<readonly [bin: number, count: number]> {
    for (let bin = this.#lowest; bin <= this.#highest; bin++) {
      const count = this.#counts[bin - this.#base] as number;
      if (count > 0) yield [bin, count];
    }
  }

  *descending(): Generator<readonly [bin: number, count: number]> {
    for (let bin = this.#highest; bin >= this.#lowest; bin--) {
      const count = this.#counts[bin - this.#base] as number;
      if (count > 0) yield [bin, count];
    }
  }

  /** How many bins hold something; then each, as its distance from the one before (the first as it is) and its count. */
  write(writer: StateWriter): void {
    const filled = [...this.ascending()];
    writer.varint(filled.length);
    let before: number | undefined;
    for (const [bin, count] of filled) {
      if (before === undefined) writer.zigzag(bin);
      else writer.varint(bin - before);
      writer.varint(count);
      before = bin;
    }
  }

  read(reader: StateReader): void {
    const filled = reader.varint();
    let bin = 0;
    for (let index = 0; index < filled; index++) {
      bin = index === 0 ? reader.zigzag() : bin + reader.varint();
      this.add(bin, reader.varint());
    }
  }

  #start(bin: number): void {
    this.#counts = new Float64Array(Math.min(8, this.#span));
    this.#base = bin;
    this.#lowest = bin;
    this.#highest = bin;
  }

  #raise(highest: number): void {
    const lowest = Math.max(this.#lowest, highest - this.#span + 1);
    let folded = 0;
    for (let bin = this.#lowest; bin < lowest && bin <= this.#highest; bin++) {
      folded += this.#counts[bin - this.#base] as number;
      this.#counts[bin - this.#base] = 0;
    }
    this.#fit(lowest, highest);
    this.#counts[lowest - this.#base] = (this.#counts[lowest - this.#base] as number) + folded;
    this.#lowest = lowest;
    this.#highest = highest;
  }

  #lower(lowest: number): void {
    this.#fit(lowest, this.#highest);
    this.#lowest = lowest;
  }

  /** Makes the array hold these bins, with room to grow in both directions. */
  #fit(lowest: number, highest: number): void {
    if (lowest >= this.#base && highest < this.#base + this.#counts.length) return;
    const needed = highest - lowest + 1;
    const length = Math.min(this.#span, needed * 2);
    const base = lowest - ((length - needed) >> 1);
    const counts = new Float64Array(length);
    const from = Math.max(lowest, this.#lowest);
    for (let bin = from; bin <= this.#highest; bin++) counts[bin - base] = this.#counts[bin - this.#base] as number;
    this.#base = base;
    this.#counts = counts;
  }
}
