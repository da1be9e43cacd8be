import type { Aggregate } from '../aggregates/aggregate.ts';
import { Float64Column } from './float64-column.ts';

const INITIAL_CAPACITY = 16;

/** The aggregates of a window in the order of their columns: the shape of its tables. */
export type TableShape = readonly Aggregate<never, unknown>[];

/**
 * Keys × accumulators for one window definition and one slice of time: a row a key, a column an accumulator part. The one structure
 * through the whole house: filled by ingest, encoded into commits, merged by firing, read into panes.
 */
export class Table {
  readonly shape: TableShape;
  /** Keys in the order of their rows. */
  readonly keys: string[] = [];
  /** Events per row. */
  readonly events: Float64Column;
  /** Per aggregate its columns, as declared. */
  readonly columns: readonly (readonly Float64Column[])[];
  readonly #rows = new Map<string, number>();

  constructor(shape: TableShape, capacity: number = INITIAL_CAPACITY) {
    this.shape = shape;
    this.events = new Float64Column(0, capacity);
    this.columns = shape.map((aggregate) => aggregate.columns.map(({ initial }) => new Float64Column(initial, capacity)));
  }

  get size(): number {
    return this.keys.length;
  }

  /** The row of a key, or `undefined` when the table has none. */
  rowOf(key: string): number | undefined {
    return this.#rows.get(key);
  }

  /** The row of a key; a fresh one when there is none yet. */
  row(key: string): number {
    const existing = this.#rows.get(key);
    if (existing !== undefined) return existing;
    const row = this.keys.length;
    this.keys.push(key);
    this.#rows.set(key, row);
    if (row >= this.events.values.length) this.#reserve(row + 1);
    return row;
  }

  /** Folds one event, already reduced to its inputs (one per aggregate, in order), into the row of a key. */
  add(key: string, inputs: ArrayLike<number>): void {
    const row = this.row(key);
    this.events.set(row, this.events.at(row) + 1);
    for (let index = 0; index < this.shape.length; index++) {
      this.shape[index]?.add(this.columns[index] as readonly Float64Column[], row, inputs[index] as number);
    }
  }

  /** Merges one row of another table of the same shape into the row of a key, its own by default; gives the row it went to. */
  mergeRow(from: Table, fromRow: number, key: string = from.keys[fromRow] as string): number {
    const row = this.row(key);
    this.events.set(row, this.events.at(row) + from.events.at(fromRow));
    for (let index = 0; index < this.shape.length; index++) {
      const columns = this.columns[index] as readonly Float64Column[];
      this.shape[index]?.merge(columns, row, from.columns[index] as readonly Float64Column[], fromRow);
    }
    return row;
  }

  /** The result of one aggregate of a row. */
  result(index: number, row: number): unknown {
    return this.shape[index]?.result(this.columns[index] ?? [], row, this.events.at(row));
  }

  /** The results of a row, in the order of the aggregates. */
  results(row: number): unknown[] {
    return this.shape.map((_aggregate, index) => this.result(index, row));
  }

  #reserve(rows: number): void {
    this.events.reserve(rows);
    for (const columns of this.columns) for (const column of columns) column.reserve(rows);
  }
}
