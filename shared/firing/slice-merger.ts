import { Table, type TableShape } from '../table/table.ts';
import type { EventTime } from '../time/event-time.ts';
import type { OpenSlices, Slice } from './open-slices.ts';

/** The rest of the front from one slice on, for one key of it. */
interface Suffix {
  readonly table: Table;
  readonly row: number;
  /** The same key in a newer slice of the front. */
  readonly next: Suffix | undefined;
}

/**
 * Merges the slices of one sliding window after the other with a constant number of merges per key and slice, however many slices a window has:
 * a queue made of two stacks. The back takes new slices into one running table. The front holds, for every key and slice, the merge of that slice
 * with the newer ones of the front, so that dropping the oldest slice leaves the rest merged. When the front is used up, the back becomes the front.
 *
 * Source: Tangwongsan, Hirzel, Schneider, "Low-latency sliding-window aggregation in worst-case constant time", DEBS 2017 (two-stacks).
 */
export class SliceMerger {
  readonly #shape: TableShape;
  /** Slices of the front, oldest first, with the keys they have. */
  #front: { readonly start: EventTime; readonly keys: readonly string[] }[] = [];
  readonly #suffixes = new Map<string, Suffix>();
  #back: Slice[] = [];
  #backMerged: Table;
  /** Every slice that starts before has been taken in. */
  #takenBefore: EventTime = Number.NEGATIVE_INFINITY as EventTime;
  /** How often two rows were merged; copies do not count. */
  merges = 0;

  constructor(shape: TableShape) {
    this.#shape = shape;
    this.#backMerged = new Table(shape);
  }

  /**
   * The merge of the slices in `[start, end)`. Windows must be asked for by rising start and end; a change of a slice that was taken in
   * needs {@link forget} first.
   *
   * @param slices Every slice there is.
   */
  window(start: EventTime, end: EventTime, slices: Pick<OpenSlices, 'within'>): Table {
    const from = start > this.#takenBefore ? start : this.#takenBefore;
    if (from < end) for (const slice of slices.within(from, end)) this.#take(slice);
    if (end > this.#takenBefore) this.#takenBefore = end;
    this.#dropBefore(start);
    return this.#merged();
  }

  /** Begins anew: a slice that was taken in has changed. */
  forget(): void {
    this.#front = [];
    this.#suffixes.clear();
    this.#back = [];
    this.#backMerged = new Table(this.#shape);
    this.#takenBefore = Number.NEGATIVE_INFINITY as EventTime;
  }

  /** Whether a slice is part of what is kept. */
  hasTaken(start: EventTime): boolean {
    return start < this.#takenBefore;
  }

  #take(slice: Slice): void {
    this.#back.push(slice);
    this.#merge(this.#backMerged, slice.table);
  }

  #dropBefore(start: EventTime): void {
    for (;;) {
      if (this.#front.length === 0) {
        if ((this.#back[0]?.start ?? Number.POSITIVE_INFINITY) >= start) return;
        this.#flip();
      }
      const oldest = this.#front[0];
      if (oldest === undefined || oldest.start >= start) return;
      this.#front.shift();
      for (const key of oldest.keys) {
        const next = this.#suffixes.get(key)?.next;
        if (next === undefined) this.#suffixes.delete(key);
        else this.#suffixes.set(key, next);
      }
    }
  }

  #flip(): void {
    for (const { start, table } of this.#back.toReversed()) {
      const merged = new Table(this.#shape, Math.max(table.size, 1));
      for (let row = 0; row < table.size; row++) {
        const key = table.keys[row] as string;
        const next = this.#suffixes.get(key);
        merged.mergeRow(table, row);
        if (next !== undefined) {
          merged.mergeRow(next.table, next.row);
          this.merges++;
        }
        this.#suffixes.set(key, { table: merged, row, next });
      }
      this.#front.unshift({ start, keys: table.keys });
    }
    this.#back = [];
    this.#backMerged = new Table(this.#shape);
  }

  #merged(): Table {
    const window = new Table(this.#shape, Math.max(this.#suffixes.size, this.#backMerged.size, 1));
    for (const { table, row } of this.#suffixes.values()) window.mergeRow(table, row);
    this.#merge(window, this.#backMerged);
    return window;
  }

  #merge(into: Table, from: Table): void {
    const rows = into.size + from.size;
    into.merge(from);
    this.merges += rows - into.size;
  }
}
