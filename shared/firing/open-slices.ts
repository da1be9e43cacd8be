import type { Position } from '../log/position.ts';
import type { Table } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';

/** The events of one slice of time, and since when there are any. */
export interface Slice {
  readonly start: EventTime;
  readonly table: Table;
  readonly firstEpoch: Position;
}

/** The slices of one window definition that hold events, by start. Nobody has to look at all of them: a window may have thousands. */
export class OpenSlices {
  readonly #byStart: Slice[] = [];
  /** In the order in which they came, the first of them open. */
  readonly #byArrival: Slice[] = [];

  get size(): number {
    return this.#byStart.length;
  }

  /** The earliest of their first epochs. */
  get firstEpoch(): Position | undefined {
    return this.#byArrival[0]?.firstEpoch;
  }

  [Symbol.iterator](): IterableIterator<Slice> {
    return this.#byStart.values();
  }

  get(start: EventTime): Slice | undefined {
    const slice = this.#byStart[this.#firstAt(start)];
    return slice?.start === start ? slice : undefined;
  }

  /** Opens a slice. None has come later: their first epochs rise. */
  add(slice: Slice): void {
    this.#byStart.splice(this.#firstAt(slice.start), 0, slice);
    this.#byArrival.push(slice);
  }

  /** The slices that start in `[from, to)`. */
  within(from: EventTime, to: EventTime): readonly Slice[] {
    return this.#byStart.slice(this.#firstAt(from), this.#firstAt(to));
  }

  /** The slices from the first on of which something is true that is true of all behind it as well. */
  *since(isTrue: (slice: Slice) => boolean): Generator<Slice> {
    for (let at = this.#firstOf(isTrue); at < this.#byStart.length; at++) yield this.#byStart[at] as Slice;
  }

  /** Closes the slices up to the first one that is none of these, and tells how many. */
  close(isClosed: (slice: Slice) => boolean): number {
    const closed = this.#firstOf((slice) => !isClosed(slice));
    this.#byStart.splice(0, closed);
    while (this.#byArrival[0] !== undefined && this.get(this.#byArrival[0].start) !== this.#byArrival[0]) this.#byArrival.shift();
    return closed;
  }

  #firstAt(start: EventTime): number {
    return this.#firstOf((slice) => slice.start >= start);
  }

  /** By halves. */
  #firstOf(isTrue: (slice: Slice) => boolean): number {
    let from = 0;
    let to = this.#byStart.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (isTrue(this.#byStart[middle] as Slice)) to = middle;
      else from = middle + 1;
    }
    return from;
  }
}
