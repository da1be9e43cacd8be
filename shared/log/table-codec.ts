import type { ObjectColumn } from '../table/object-column.ts';
import { Table, type TableShape } from '../table/table.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { readKeys, writeKeys } from './key-codec.ts';
import { readNumbers, writeNumbers } from './number-codec.ts';
import { NumberColumnReader, NumberColumnWriter, pick } from './number-columns.ts';

/** Writes a table column by column: keys, events, then every accumulator column in the order of the shape. Its rows in the order that they have. */
export function writeTable(writer: ByteWriter, table: Table): void {
  writeRows(writer, table);
}

/** Writes a table likewise, its rows by key: the same rows are the same bytes, in whatever order they came. */
export function writeSortedTable(writer: ByteWriter, table: Table): void {
  writeRows(writer, table, Uint32Array.from(table.rowsByKey()));
}

/** @param order Which row comes when; absent: as they stand. */
function writeRows(writer: ByteWriter, table: Table, order?: Uint32Array): void {
  const { keys, size } = table;
  const inOrder = (values: Float64Array) => (order === undefined ? values.subarray(0, size) : pick(values, order));
  writeKeys(writer, order === undefined ? keys : Array.from(order, (row) => keys[row] as string));
  const numbers = new NumberColumnWriter(writer, inOrder(table.events.values));
  for (const column of table.columns) {
    if (column.kind === 'float64') numbers.write(inOrder(column.values));
    else writeStates(writer, order ?? keys.keys(), column);
  }
}

/** @throws {RangeError} when the bytes end too early, or say what nobody writes; the frame's checksum makes that a bug rather than damage. */
export function readTable(reader: ByteReader, shape: TableShape): Table {
  const table = new Table(shape, 0, readKeys(reader));
  const numbers = new NumberColumnReader(reader, table.size);
  table.events.values = numbers.events;
  for (const column of table.columns) {
    if (column.kind === 'float64') column.values = numbers.read();
    else readStates(reader, column, table.size);
  }
  return table;
}

/** Lengths first, then all states, like keys. A row without a state has length 0, and one with a state its bytes and 1. */
function writeStates(writer: ByteWriter, rows: Iterable<number>, column: ObjectColumn<unknown>): void {
  const states = new ByteWriter();
  const lengths: number[] = [];
  for (const row of rows) {
    const state = column.at(row);
    const before = states.length;
    if (state !== undefined) column.codec.write(states, state);
    lengths.push(state === undefined ? 0 : states.length - before + 1);
  }
  writeNumbers(writer, Float64Array.from(lengths));
  writer.raw(states.bytes());
}

function readStates(reader: ByteReader, column: ObjectColumn<unknown>, count: number): void {
  const lengths = readNumbers(reader, count);
  column.reserve(count);
  for (const [row, length] of lengths.entries()) {
    if (length === 0) continue;
    const before = reader.offset;
    column.set(row, column.codec.read(reader));
    if (reader.offset - before !== length - 1)
      throw new RangeError(`a state of ${length - 1} bytes was read as one of ${reader.offset - before}`);
  }
}
