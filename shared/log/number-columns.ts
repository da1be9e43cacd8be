import type { ByteReader, ByteWriter } from './bytes.ts';
import { readNumbers, writeNumbers } from './number-codec.ts';

/** How a column, or a part of one, is written. Numbers in the stored form: never renumber. */
const FORM = {
  /** Its numbers follow. */
  own: 0,
  /** Two parts follow: rows that hold one event, and the others, as their own numbers. */
  apart: 1,
  /** An earlier column says the same: this and the index of that, the events being the first. */
  like: 2,
} as const;

/** Writes the columns of numbers of one table, one after the other. What an earlier one has said is not said again. */
export class NumberColumnWriter {
  readonly #writer: ByteWriter;
  readonly #rows: RowsByEvents;
  readonly #before: Float64Array[];

  constructor(writer: ByteWriter, events: Float64Array) {
    this.#writer = writer;
    this.#rows = rowsByEvents(events);
    this.#before = [events];
    writeNumbers(writer, events);
  }

  write(values: Float64Array): void {
    const { single, several } = this.#rows;
    const like = this.#before.findIndex((other) => areSame(values, other));
    const likeInSingle = like < 0 && single.length > 0 ? this.#before.findIndex((other) => areSameIn(single, values, other)) : -1;
    if (likeInSingle >= 0 || (like < 0 && several.length > 0 && areAlikeIn(single, values))) {
      this.#writer.varint(FORM.apart);
      this.#part(pick(values, single), likeInSingle);
      writeNumbers(this.#writer, pick(values, several));
    } else {
      this.#part(values, like);
    }
    this.#before.push(values);
  }

  #part(values: Float64Array, like: number): void {
    this.#writer.varint(like < 0 ? FORM.own : FORM.like + like);
    if (like < 0) writeNumbers(this.#writer, values);
  }
}

/** Reads back what {@link NumberColumnWriter} wrote. */
export class NumberColumnReader {
  readonly #reader: ByteReader;
  readonly #rows: RowsByEvents;
  readonly #before: Float64Array[];
  readonly events: Float64Array;

  /** @throws {RangeError} when the bytes end too early, or say what nobody writes. */
  constructor(reader: ByteReader, rows: number) {
    this.#reader = reader;
    this.events = readNumbers(reader, rows);
    this.#rows = rowsByEvents(this.events);
    this.#before = [this.events];
  }

  /** The column that was written next. Throws likewise. */
  read(): Float64Array {
    const { single, several } = this.#rows;
    const form = this.#reader.varint();
    let values: Float64Array;
    if (form === FORM.apart) {
      values = new Float64Array(this.events.length);
      const formOfSingle = this.#reader.varint();
      put(values, single, formOfSingle === FORM.own ? readNumbers(this.#reader, single.length) : pick(this.#like(formOfSingle), single));
      put(values, several, readNumbers(this.#reader, several.length));
    } else {
      values = form === FORM.own ? readNumbers(this.#reader, this.events.length) : this.#like(form).slice();
    }
    this.#before.push(values);
    return values;
  }

  #like(form: number): Float64Array {
    const values = this.#before[form - FORM.like];
    if (values === undefined) throw new RangeError(`a column has the form ${form}; there are ${this.#before.length} columns before it`);
    return values;
  }
}

/** Rows that hold one event, in which sum, smallest and largest are the same number, and rows that hold none or several. */
interface RowsByEvents {
  readonly single: Uint32Array;
  readonly several: Uint32Array;
}

function rowsByEvents(events: Float64Array): RowsByEvents {
  const rows = new Uint32Array(events.length);
  let singles = 0;
  for (let row = 0; row < events.length; row++) if (events[row] === 1) rows[singles++] = row;
  let at = singles;
  for (let row = 0; row < events.length; row++) if (events[row] !== 1) rows[at++] = row;
  return { single: rows.subarray(0, singles), several: rows.subarray(singles) };
}

/** The values of some rows, in their order. */
function pick(values: Float64Array, rows: Uint32Array): Float64Array {
  const picked = new Float64Array(rows.length);
  for (let index = 0; index < rows.length; index++) picked[index] = values[rows[index] as number] as number;
  return picked;
}

function put(values: Float64Array, rows: Uint32Array, picked: Float64Array): void {
  for (let index = 0; index < rows.length; index++) values[rows[index] as number] = picked[index] as number;
}

function areSame(a: Float64Array, b: Float64Array): boolean {
  for (let row = 0; row < a.length; row++) if (!isSame(a[row] as number, b[row] as number)) return false;
  return true;
}

function areSameIn(rows: Uint32Array, a: Float64Array, b: Float64Array): boolean {
  for (const row of rows) if (!isSame(a[row] as number, b[row] as number)) return false;
  return true;
}

function areAlikeIn(rows: Uint32Array, values: Float64Array): boolean {
  for (const row of rows) if (!isSame(values[row] as number, values[rows[0] as number] as number)) return false;
  return rows.length > 0;
}

/** -0 is not 0, and NaN, which may be many things in its bits, is not even itself. */
function isSame(a: number, b: number): boolean {
  return a === b && (a !== 0 || Object.is(a, b));
}
