import type { ObjectColumn } from '../table/object-column.ts';
import { Table, type TableShape } from '../table/table.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';
import { readKeys, writeKeys } from './key-codec.ts';
import { readNumbers, writeNumbers } from './number-codec.ts';
import { NumberColumnReader, NumberColumnWriter } from './number-columns.ts';

/** Writes a table column by column: keys, events, then every accumulator column in the order of the shape. Its rows in the order that they have. */
export function writeTable(writer: ByteWriter, { keys, size, events, columns }: Table): void {
  writeKeys(writer, keys);
  const numbers = new NumberColumnWriter(writer, events.values.subarray(0, size));
  for (const column of columns) {
    if (column.kind === 'float64') numbers.write(column.values.subarray(0, size));
    else writeStates(writer, size, column);
  }
}

/** Writes a table likewise, its rows by key: the same rows are the same bytes, in whatever order they came. */
export function writeSortedTable(writer: ByteWriter, table: Table): void {
  writeTable(writer, table.sorted());
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
function writeStates(writer: ByteWriter, rows: number, column: ObjectColumn<unknown>): void {
  const states = new ByteWriter();
  const lengths = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const state = column.at(row);
    const before = states.length;
    if (state !== undefined) column.codec.write(states, state);
    lengths[row] = state === undefined ? 0 : states.length - before + 1;
  }
  writeNumbers(writer, lengths);
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
