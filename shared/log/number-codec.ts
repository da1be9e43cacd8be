import type { ByteReader, ByteWriter } from './bytes.ts';

/** Bytes of a number that is written as it is. What is written as a whole number has fewer. */
const FLOAT64_WIDTH = 8;
const INT32_BYTES = 4;

// Amounts have two decimals, measurements rarely more than six; each further one is another try for numbers that are not decimal at all.
const DECIMALS_MAX = 9;

// The distance between two of them is still a whole number that a float64 can hold.
const WHOLE_MAX = 2 ** 52;

// A sum of decimals is a few steps of the last bit beside the decimal that it stands for.
const STEPS_MAX = 100;

/**
 * Writes numbers in as few bytes as their range needs. Numbers of few decimals, as nearly all are that people and devices write, become whole numbers, counted from the
 * smallest; so do sums of them, with the steps that are between the nearest decimal and the sum. Others stay what they are. First bytes stand with first bytes and last
 * with last: like stands with like for the compressor.
 */
export function writeNumbers(writer: ByteWriter, values: Float64Array): void {
  const decimal = toDecimals(values);
  if (decimal === undefined) {
    writer.varint(FLOAT64_WIDTH);
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    for (let plane = 0; plane < FLOAT64_WIDTH; plane++) {
      const part = writer.space(values.length);
      for (let row = 0; row < part.length; row++) part[row] = bytes[row * FLOAT64_WIDTH + plane] as number;
    }
    return;
  }
  const { wholes, decimals, steps, smallest, largest } = decimal;
  const width = widthOf(largest - smallest);
  writer.varint(width);
  writer.varint(decimals * 2 + (steps === undefined ? 0 : 1));
  writer.zigzag(smallest);
  writePlanes(writer, wholes, smallest, width);
  if (steps !== undefined) writer.raw(new Uint8Array(steps.buffer));
}

/** The distances from the smallest. */
function writePlanes(writer: ByteWriter, wholes: Float64Array, smallest: number, width: number): void {
  for (let plane = 0; plane < width; plane++) {
    const bytes = writer.space(wholes.length);
    // A byte takes what is whole of a number, modulo 256; of those that fit into 32 bits a shift has it sooner.
    if (width <= INT32_BYTES) {
      for (let row = 0; row < bytes.length; row++) bytes[row] = ((wholes[row] as number) - smallest) >>> (plane * 8);
    } else {
      const unit = 256 ** plane;
      for (let row = 0; row < bytes.length; row++) bytes[row] = ((wholes[row] as number) - smallest) / unit;
    }
  }
}

/** @throws {RangeError} when the bytes end too early, or say what nobody writes. */
export function readNumbers(reader: ByteReader, count: number): Float64Array {
  const width = reader.varint();
  if (width > FLOAT64_WIDTH) throw new RangeError(`numbers are ${width} bytes wide; needed: at most ${FLOAT64_WIDTH}`);
  if (width === FLOAT64_WIDTH) {
    const planes = reader.view(count * FLOAT64_WIDTH);
    const values = new Float64Array(count);
    const bytes = new Uint8Array(values.buffer);
    for (let at = 0, plane = 0; plane < FLOAT64_WIDTH; plane++) {
      for (let byte = plane; byte < bytes.length; byte += FLOAT64_WIDTH) bytes[byte] = planes[at++] as number;
    }
    return values;
  }
  const form = reader.varint();
  const decimals = Math.floor(form / 2);
  if (decimals > DECIMALS_MAX) throw new RangeError(`numbers have ${decimals} decimals; needed: at most ${DECIMALS_MAX}`);
  const smallest = reader.zigzag();
  const planes = reader.view(count * width);
  const values = new Float64Array(count).fill(smallest);
  let at = 0;
  for (let plane = 0, unit = 1; plane < width; plane++, unit *= 256) {
    for (let row = 0; row < count; row++) values[row] = (values[row] as number) + (planes[at++] as number) * unit;
  }
  if (decimals > 0) {
    const power = 10 ** decimals;
    for (let row = 0; row < count; row++) values[row] = (values[row] as number) / power;
  }
  if (form % 2 === 1) step(values, reader.view(count));
  return values;
}

interface Decimals {
  /** Times 10 ^ -decimals, they are the numbers, or the decimals nearest to them. */
  readonly wholes: Float64Array;
  readonly decimals: number;
  /** How many float64s lie between the decimal and the number, away from 0; absent where all are decimals. */
  readonly steps: Int8Array | undefined;
  readonly smallest: number;
  readonly largest: number;
}

const NO_DECIMALS: Decimals = { wholes: new Float64Array(), decimals: 0, steps: undefined, smallest: 0, largest: 0 };

/** With as few decimals as will do; `undefined` when some number would not come back as it was. */
function toDecimals(values: Float64Array): Decimals | undefined {
  const wholes = new Float64Array(values.length);
  for (let decimals = 0; decimals <= DECIMALS_MAX; decimals++) {
    const found = toDecimal(values, decimals, wholes);
    if (found !== undefined) return found;
  }
  return undefined;
}

function toDecimal(values: Float64Array, decimals: number, wholes: Float64Array): Decimals | undefined {
  const power = 10 ** decimals;
  let steps: Int8Array | undefined;
  let smallest = Number.POSITIVE_INFINITY;
  let largest = Number.NEGATIVE_INFINITY;
  for (let row = 0; row < values.length; row++) {
    const value = values[row] as number;
    // Rounds like `Math.round`, sooner.
    const whole = Math.floor(value * power + 0.5);
    if (whole === 0) {
      // What is not quite 0, or -0, would come back as 0.
      if (!Object.is(value, 0)) return undefined;
    } else if (whole / power !== value) {
      const between = stepsBetween(whole / power, value);
      if (Math.abs(between) > STEPS_MAX || Number.isNaN(value)) return undefined;
      steps ??= new Int8Array(values.length);
      steps[row] = between;
    }
    if (whole < smallest) smallest = whole;
    if (whole > largest) largest = whole;
    wholes[row] = whole;
  }
  if (smallest < -WHOLE_MAX || largest > WHOLE_MAX) return undefined;
  return values.length === 0 ? NO_DECIMALS : { wholes, decimals, steps, smallest, largest };
}

const pair = new Float64Array(2);
const words = new Uint32Array(pair.buffer);

/** How many float64s `to` is farther from 0 than `from`; many when one of them is no number, or their signs differ. */
function stepsBetween(from: number, to: number): number {
  pair[0] = from;
  pair[1] = to;
  return ((words[3] as number) - (words[1] as number)) * 2 ** 32 + ((words[2] as number) - (words[0] as number));
}

/** Moves each number by its steps. */
function step(values: Float64Array, steps: Uint8Array): void {
  const halves = new Uint32Array(values.buffer);
  for (let row = 0; row < steps.length; row++) {
    const between = ((steps[row] as number) << 24) >> 24;
    if (between === 0) continue;
    const low = (halves[row * 2] as number) + between;
    halves[row * 2] = low;
    if (low < 0) (halves[row * 2 + 1] as number) -= 1;
    else if (low >= 2 ** 32) (halves[row * 2 + 1] as number) += 1;
  }
}

function widthOf(range: number): number {
  let width = 0;
  for (let rest = range; rest >= 1; rest /= 256) width++;
  return width;
}
