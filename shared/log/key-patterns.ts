import type { ByteReader, ByteWriter } from './bytes.ts';
import { putDigits } from './digits.ts';

/** What stands around the number in a key: `user-` and nothing in `user-123`. UTF-8. */
interface Pattern {
  readonly before: Uint8Array;
  readonly behind: Uint8Array;
}

// Keys of a window are nearly always made in one way, or in a handful. Each is tried for every key.
const PATTERNS_MAX = 4;
const PART_BYTES_MAX = 64;
// All numbers of so many digits are safe.
const DIGITS_MAX = 15;
const NUMBER_MAX = 10 ** DIGITS_MAX - 1;
const ZERO = 48;
const NINE = 57;

/** Most bytes of a key that has a pattern. */
export const NUMBERED_BYTES_MAX = 2 * PART_BYTES_MAX + DIGITS_MAX;

/** The patterns of a table's keys, found on the way: those of the first keys that have a number. Zeros in front of it belong to what stands before it. */
export class KeyPatterns {
  readonly #patterns: Pattern[] = [];
  /** The last one that matched: keys alike stand together, or are all alike. */
  #last = 0;
  /** Of the key that matched last. */
  number = 0;

  /** What {@link write} wrote. */
  static read(reader: ByteReader): KeyPatterns {
    const patterns = new KeyPatterns();
    const count = reader.varint();
    if (count > PATTERNS_MAX) throw new RangeError(`a table has ${count} patterns of keys; needed: at most ${PATTERNS_MAX}`);
    for (let index = 0; index < count; index++) patterns.#patterns.push({ before: readPart(reader), behind: readPart(reader) });
    return patterns;
  }

  get count(): number {
    return this.#patterns.length;
  }

  /** The pattern of the key in these bytes, its number in {@link number}; -1 when it has none, or one too many. */
  match(text: Uint8Array, from: number, to: number): number {
    let end = to;
    while (end > from && !isDigit(text[end - 1] as number)) end--;
    let start = end;
    let number = 0;
    for (let unit = 1; start > from && end - start < DIGITS_MAX && isDigit(text[start - 1] as number); unit *= 10) {
      start--;
      number += ((text[start] as number) - ZERO) * unit;
    }
    if (start === end) return -1;
    while (start < end - 1 && text[start] === ZERO) start++;
    this.number = number;
    if (this.#isAt(this.#last, text, from, start, end, to)) return this.#last;
    for (let index = 0; index < this.#patterns.length; index++) {
      if (this.#isAt(index, text, from, start, end, to)) return (this.#last = index);
    }
    if (this.#patterns.length === PATTERNS_MAX || start - from > PART_BYTES_MAX || to - end > PART_BYTES_MAX) return -1;
    this.#last = this.#patterns.length;
    this.#patterns.push({ before: Uint8Array.from(text.subarray(from, start)), behind: Uint8Array.from(text.subarray(end, to)) });
    return this.#last;
  }

  /** Writes a key into a text; gives where it ends. */
  put(index: number, number: number, text: Uint8Array, at: number): number {
    const pattern = this.#patterns[index];
    if (pattern === undefined) throw new RangeError(`a key has the pattern ${index}; needed: one of ${this.count}`);
    if (!Number.isInteger(number) || number < 0 || number > NUMBER_MAX)
      throw new RangeError(`a key has the number ${number}; needed: at most ${DIGITS_MAX} digits`);
    return putPart(pattern.behind, text, putDigits(number, text, putPart(pattern.before, text, at)));
  }

  write(writer: ByteWriter): void {
    writer.varint(this.count);
    for (const { before, behind } of this.#patterns) {
      for (const part of [before, behind]) {
        writer.varint(part.length);
        writer.raw(part);
      }
    }
  }

  #isAt(index: number, text: Uint8Array, from: number, start: number, end: number, to: number): boolean {
    const pattern = this.#patterns[index];
    return pattern !== undefined && isSame(pattern.before, text, from, start) && isSame(pattern.behind, text, end, to);
  }
}

function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

function isSame(part: Uint8Array, text: Uint8Array, from: number, to: number): boolean {
  if (part.length !== to - from) return false;
  // From behind: what differs most often is what stands beside the number.
  for (let index = part.length - 1; index >= 0; index--) if (part[index] !== text[from + index]) return false;
  return true;
}

function putPart(part: Uint8Array, text: Uint8Array, at: number): number {
  for (let index = 0; index < part.length; index++) text[at + index] = part[index] as number;
  return at + part.length;
}

function readPart(reader: ByteReader): Uint8Array {
  const length = reader.varint();
  if (length > PART_BYTES_MAX) throw new RangeError(`a pattern of keys has ${length} bytes; needed: at most ${PART_BYTES_MAX}`);
  return reader.raw(length);
}
