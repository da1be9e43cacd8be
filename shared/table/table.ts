import type { Aggregate, ResultScope, WindowBounds } from '../aggregates/aggregate.ts';
import type { Inputs } from '../aggregates/inputs.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../time/event-time.ts';
import { type Column, createColumn } from './column.ts';
import { Float64Column } from './float64-column.ts';
import { KeyIndex } from './key-index.ts';
import type { ObjectColumn } from './object-column.ts';
import { orderOf } from './order-of.ts';

const INITIAL_CAPACITY = 16;

// For results of our own, which do not ask.
const NO_BOUNDS: WindowBounds = { start: BEGINNING_OF_TIME, end: END_OF_TIME };

/** The aggregates of a window in the order of their columns: the shape of its tables. */
export type TableShape = readonly Aggregate<never, unknown>[];

/** Where each aggregate's columns begin among all columns of a table; one more entry tells how many there are. */
export function columnOffsets(shape: TableShape): number[] {
  const offsets = [0];
  for (const { columns } of shape) offsets.push((offsets.at(-1) as number) + columns.length);
  return offsets;
}

/**
 * Keys × accumulators for one window definition and one slice of time: a row a key, a column an accumulator part. The one structure
 * through the whole house: filled by ingest, encoded into commits, merged by firing, read into panes.
 */
export class Table {
  readonly shape: TableShape;
  /** Keys in the order of their rows. */
  readonly keys: string[];
  /** Events per row. */
  readonly events: Float64Column;
  /** The columns of all aggregates, one aggregate after the other, as declared. */
  readonly columns: readonly Column[];
  readonly #offsets: readonly number[];
  /** Absent until somebody asks for the row of a key. */
  #rows: KeyIndex | undefined;

  /** @param keys Those of its first rows, distinct, whose numbers somebody puts in the columns. They become the table's. */
  constructor(shape: TableShape, capacity: number = INITIAL_CAPACITY, keys: string[] = []) {
    this.shape = shape;
    this.keys = keys;
    this.events = new Float64Column(0, capacity);
    this.columns = shape.flatMap(({ columns }) => columns.map((declared) => createColumn(declared, capacity)));
    this.#offsets = columnOffsets(shape);
  }

  get size(): number {
    return this.keys.length;
  }

  /** The row of a key, or `undefined` when the table has none. */
  rowOf(key: string): number | undefined {
    return this.#index.rowOf(key);
  }

  /** All rows by key, rising. */
  rowsByKey(): Uint32Array {
    return orderOf(this.keys);
  }

  /**
   * The same with its rows by key: who goes through many of them in that order finds beside each other what belongs together. States are shared; it is to be read, and not
   * changed.
   */
  sorted(): Table {
    const rows = this.rowsByKey();
    const sorted = new Table(this.shape, 0);
    for (let index = 0; index < rows.length; index++) sorted.keys.push(this.keys[rows[index] as number] as string);
    sorted.events.values = this.events.pick(rows);
    for (const [index, column] of this.columns.entries()) {
      const target = sorted.columns[index] as Column;
      if (column.kind === 'float64') (target as Float64Column).values = column.pick(rows);
      else (target as ObjectColumn<unknown>).take(column, rows);
    }
    return sorted;
  }

  /** The row of a key; a fresh one when there is none yet. */
  row(key: string): number {
    const row = this.#index.row(key);
    if (row >= this.events.values.length) this.#reserve(row + 1);
    return row;
  }

  /**
   * Tries what adding an event to the row of a key does to one aggregate that may refuse it, and keeps the outcome in the inputs for
   * {@link add}. Changes nothing here. Throws whatever the aggregate throws.
   */
  stage(index: number, key: string, inputs: Inputs): void {
    this.shape[index]?.stage?.(this.columns, this.#offsets[index] as number, this.#index.rowOf(key), inputs);
  }

  /** Folds one event, already reduced to what the aggregates read of it, into the row of a key. */
  add(key: string, inputs: Inputs): void {
    const row = this.row(key);
    this.events.values[row] = (this.events.values[row] as number) + 1;
    const { shape, columns } = this;
    for (let index = 0; index < shape.length; index++) {
      (shape[index] as TableShape[number]).add(columns, this.#offsets[index] as number, row, inputs);
    }
  }

  /** Merges one row of another table of the same shape into the row of a key, its own by default; gives the row it went to. */
  mergeRow(from: Table, fromRow: number, key: string = from.keys[fromRow] as string): number {
    const row = this.row(key);
    this.events.set(row, this.events.at(row) + from.events.at(fromRow));
    for (let index = 0; index < this.shape.length; index++) {
      (this.shape[index] as TableShape[number]).merge(this.columns, row, from.columns, fromRow, this.#offsets[index] as number);
    }
    return row;
  }

  /** Merges all rows of another table of the same shape into those of their keys. */
  merge(from: Table): void {
    const { size } = from;
    const rows = new Uint32Array(size);
    for (let row = 0; row < size; row++) rows[row] = this.row(from.keys[row] as string);
    // Column by column: each runs through memory once, and asks one aggregate.
    for (let row = 0; row < size; row++) {
      const into = rows[row] as number;
      this.events.set(into, this.events.at(into) + from.events.at(row));
    }
    for (let index = 0; index < this.shape.length; index++) {
      const aggregate = this.shape[index] as TableShape[number];
      const at = this.#offsets[index] as number;
      for (let row = 0; row < size; row++) aggregate.merge(this.columns, rows[row] as number, from.columns, row, at);
    }
  }

  /**
   * The result of one aggregate of a row; that of some depends on the window.
   *
   * @param key Of the window, where the row is not called after it.
   */
  result(index: number, row: number, { start, end }: WindowBounds = NO_BOUNDS, key = this.keys[row] as string): unknown {
    const scope: ResultScope = { key, start, end, events: this.events.at(row) };
    return (this.shape[index] as TableShape[number]).result(this.columns, this.#offsets[index] as number, row, scope);
  }

  /** The results of a row, in the order of the aggregates, for a window with these bounds. */
  results(row: number, { start, end }: WindowBounds, key = this.keys[row] as string): unknown[] {
    const scope: ResultScope = { key, start, end, events: this.events.at(row) };
    return this.shape.map((aggregate, index) => aggregate.result(this.columns, this.#offsets[index] as number, row, scope));
  }

  get #index(): KeyIndex {
    return (this.#rows ??= new KeyIndex(this.keys));
  }

  #reserve(rows: number): void {
    this.events.reserve(rows);
    const capacity = this.events.values.length;
    for (const column of this.columns) column.reserve(capacity);
  }
}
