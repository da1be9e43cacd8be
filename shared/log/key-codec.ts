import { Buffer } from 'node:buffer';
import type { ByteReader, ByteWriter } from './bytes.ts';
import { KeyCutter } from './key-cutter.ts';
import { KeyPatterns, NUMBERED_BYTES_MAX } from './key-patterns.ts';
import { readNumbers, writeNumbers } from './number-codec.ts';
import { packUuid, unpackUuid, UUID_BYTES, UUID_LENGTH } from './uuid.ts';

/** How a key is written. Numbers in the stored form: never renumber. Those from 2 on are patterns. */
const FORM = { text: 0, uuid: 1, pattern: 2 } as const;

/**
 * Writes distinct keys in the order that they have: a UUID as 16 bytes, a key with a number as one of few patterns and the number, all others as text.
 *
 * A varint, how many. The patterns. A column: the form of each. Then the texts: a column of their lengths in bytes, and all of them; the UUIDs; a column of numbers.
 */
export function writeKeys(writer: ByteWriter, keys: readonly string[]): void {
  const count = keys.length;
  // All at once: one conversion instead of one a key.
  const joined = keys.join('');
  const bytes = Buffer.from(joined, 'utf8');
  const isAscii = bytes.length === joined.length;
  const patterns = new KeyPatterns();
  const forms = new Float64Array(count);
  const lengths = new Float64Array(count);
  const numbers = new Float64Array(count);
  const uuids = new Uint8Array(Math.floor(bytes.length / UUID_LENGTH) * UUID_BYTES);
  const texts = new Runs(bytes);
  let textCount = 0;
  let uuidBytes = 0;
  let numberCount = 0;
  let from = 0;
  for (let row = 0; row < count; row++) {
    const key = keys[row] as string;
    const length = isAscii ? key.length : Buffer.byteLength(key, 'utf8');
    const to = from + length;
    const isUuid = length === UUID_LENGTH && packUuid(bytes, from, uuids, uuidBytes);
    const pattern = isUuid ? -1 : patterns.match(bytes, from, to);
    if (isUuid) {
      forms[row] = FORM.uuid;
      uuidBytes += UUID_BYTES;
    } else if (pattern >= 0) {
      forms[row] = FORM.pattern + pattern;
      numbers[numberCount++] = patterns.number;
    } else {
      lengths[textCount++] = length;
      texts.keep(from, to);
    }
    from = to;
  }
  writer.varint(count);
  patterns.write(writer);
  writeNumbers(writer, forms);
  writeNumbers(writer, lengths.subarray(0, textCount));
  writer.raw(texts.kept());
  writer.raw(uuids.subarray(0, uuidBytes));
  writeNumbers(writer, numbers.subarray(0, numberCount));
}

/** What is kept of some bytes, moved together at their beginning. */
class Runs {
  readonly #bytes: Buffer;
  #kept = 0;
  /** The run that is not moved yet: keys that stand side by side move at once. */
  #from = 0;
  #to = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  keep(from: number, to: number): void {
    if (from !== this.#to) {
      this.#move();
      this.#from = from;
    }
    this.#to = to;
  }

  kept(): Uint8Array {
    this.#move();
    return this.#bytes.subarray(0, this.#kept);
  }

  #move(): void {
    this.#bytes.copyWithin(this.#kept, this.#from, this.#to);
    this.#kept += this.#to - this.#from;
    this.#from = this.#to;
  }
}

/** @throws {RangeError} when the bytes end too early, or say what nobody writes. */
export function readKeys(reader: ByteReader): string[] {
  const count = reader.varint();
  // Distinct keys take a byte each, but for an empty one.
  if (count > reader.left + 1) throw new RangeError(`a table has ${count} rows in ${reader.left} bytes`);
  const patterns = KeyPatterns.read(reader);
  const forms = readNumbers(reader, count);
  let texts = 0;
  let uuids = 0;
  for (const form of forms) {
    if (form === FORM.text) texts++;
    else if (form === FORM.uuid) uuids++;
  }
  const lengths = readNumbers(reader, texts);
  const { total, longest } = measure(lengths);
  const text = reader.view(total);
  const packed = reader.view(uuids * UUID_BYTES);
  const numbers = readNumbers(reader, count - texts - uuids);

  const cutter = new KeyCutter(Math.max(longest, NUMBERED_BYTES_MAX));
  const { bytes } = cutter;
  let textAt = 0;
  let nextText = 0;
  let packedAt = 0;
  let nextNumber = 0;
  for (const form of forms) {
    if (form === FORM.text) {
      const length = lengths[nextText++] as number;
      const at = cutter.next(length);
      for (let index = 0; index < length; index++) bytes[at + index] = text[textAt++] as number;
      cutter.end(at + length);
    } else if (form === FORM.uuid) {
      const at = cutter.next(UUID_LENGTH);
      unpackUuid(packed, packedAt, bytes, at);
      packedAt += UUID_BYTES;
      cutter.end(at + UUID_LENGTH);
    } else {
      const at = cutter.next(NUMBERED_BYTES_MAX);
      cutter.end(patterns.put(form - FORM.pattern, numbers[nextNumber++] as number, bytes, at));
    }
  }
  return cutter.keys();
}

function measure(lengths: Float64Array): { readonly total: number; readonly longest: number } {
  let total = 0;
  let longest = 0;
  for (const length of lengths) {
    if (!Number.isInteger(length) || length < 0) throw new RangeError(`a key has ${length} bytes`);
    total += length;
    if (length > longest) longest = length;
  }
  return { total, longest };
}
