import type { Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import { Table, type TableShape } from '../table/table.ts';
import { type ByteReader, ByteWriter } from './bytes.ts';

/** How a column is written. A byte in the stored form: never renumber. */
const ENCODING = { float64: 0, constant: 1, integers: 2, states: 3 } as const;

// Zigzag doubles a number; beyond this it would lose its last bit.
const ZIGZAG_MAX = 2 ** 52;

/** Writes a table column by column: keys, events, then every accumulator column in the order of the shape. Its rows in the order that they have. */
export function writeTable(writer: ByteWriter, table: Table): void {
  writeKeys(writer, table.keys);
  writeNumbers(writer, table.events.values, table.size);
  for (const column of table.columns) {
    if (column.kind === 'float64') writeNumbers(writer, column.values, table.size);
    else writeStates(writer, table.keys.keys(), column);
  }
}

/** Writes a table likewise, its rows by key: the same rows are the same bytes, in whatever order they came. */
export function writeSortedTable(writer: ByteWriter, table: Table): void {
  const rows = table.rowsByKey();
  const sorted = ({ values }: Float64Column) => Float64Array.from(rows, (row) => values[row] as number);
  writeKeys(
    writer,
    rows.map((row) => table.keys[row] as string),
  );
  writeNumbers(writer, sorted(table.events), rows.length);
  for (const column of table.columns) {
    if (column.kind === 'float64') writeNumbers(writer, sorted(column), rows.length);
    else writeStates(writer, rows, column);
  }
}

function writeKeys(writer: ByteWriter, keys: readonly string[]): void {
  writer.varint(keys.length);
  // Lengths first, then all the text at once: one conversion instead of one a key, and like bytes stand side by side for the compressor.
  for (const key of keys) writer.varint(key.length);
  writer.text(keys.join(''));
}

/** @throws {RangeError} when the bytes end too early; the frame's checksum makes that a bug rather than damage. */
export function readTable(reader: ByteReader, shape: TableShape): Table {
  const size = reader.varint();
  const lengths = Array.from({ length: size }, () => reader.varint());
  const text = reader.text();
  const table = new Table(shape, Math.max(size, 1));
  let offset = 0;
  for (const length of lengths) {
    table.row(text.slice(offset, offset + length));
    offset += length;
  }
  if (table.size !== size || offset !== text.length) throw new RangeError(`a table of ${size} rows holds ${table.size} distinct keys`);
  readNumbers(reader, table.events, size);
  for (const column of table.columns) readColumn(reader, column, size);
  return table;
}

function readColumn(reader: ByteReader, column: Column, count: number): void {
  if (column.kind === 'float64') readNumbers(reader, column, count);
  else readStates(reader, column, count);
}

/** Lengths first, then all states, like keys. A row without a state has length 0, and one with a state its bytes and 1. */
function writeStates(writer: ByteWriter, rows: Iterable<number>, column: ObjectColumn<unknown>): void {
  writer.varint(ENCODING.states);
  const states = new ByteWriter();
  for (const row of rows) {
    const state = column.at(row);
    const before = states.length;
    if (state !== undefined) column.codec.write(states, state);
    writer.varint(state === undefined ? 0 : states.length - before + 1);
  }
  writer.raw(states.bytes());
}

function readStates(reader: ByteReader, column: ObjectColumn<unknown>, count: number): void {
  const encoding = reader.varint();
  if (encoding !== ENCODING.states) throw new RangeError(`a column of states is encoded as ${encoding}, which this version does not know`);
  const lengths = Array.from({ length: count }, () => reader.varint());
  for (const [row, length] of lengths.entries()) {
    if (length === 0) continue;
    const before = reader.offset;
    column.set(row, column.codec.read(reader));
    if (reader.offset - before !== length - 1)
      throw new RangeError(`a state of ${length - 1} bytes was read as one of ${reader.offset - before}`);
  }
}

function writeNumbers(writer: ByteWriter, values: Float64Array, count: number): void {
  const encoding = encodingOf(values, count);
  writer.varint(encoding);
  if (encoding === ENCODING.constant) writer.float64(values[0] ?? 0);
  else if (encoding === ENCODING.integers) for (let row = 0; row < count; row++) writer.zigzag(values[row] as number);
  else writer.float64s(values, count);
}

function encodingOf(values: Float64Array, count: number): number {
  const first = values[0] as number;
  let constant = true;
  let integers = true;
  for (let row = 0; row < count; row++) {
    const value = values[row] as number;
    if (!Object.is(value, first)) constant = false;
    // -0 is no integer here: it would come back as 0, and what is stored must come back the same.
    if (!Number.isInteger(value) || value > ZIGZAG_MAX || value < -ZIGZAG_MAX || Object.is(value, -0)) integers = false;
    if (!constant && !integers) return ENCODING.float64;
  }
  return constant ? ENCODING.constant : ENCODING.integers;
}

function readNumbers(reader: ByteReader, column: Float64Column, count: number): void {
  const encoding = reader.varint();
  switch (encoding) {
    case ENCODING.constant:
      column.values.fill(reader.float64(), 0, count);
      return;
    case ENCODING.integers:
      for (let row = 0; row < count; row++) column.set(row, reader.zigzag());
      return;
    case ENCODING.float64:
      column.values.set(reader.float64s(count));
      return;
    default:
      throw new RangeError(`a column is encoded as ${encoding}, which this version does not know`);
  }
}
