import { Buffer } from 'node:buffer';
import type { StateReader, StateWriter } from '../table/state-codec.ts';

/** Appends numbers and text to a buffer that grows by doubling. Multi-byte numbers are little-endian. */
export class ByteWriter implements StateWriter {
  #buffer = Buffer.allocUnsafe(4096);
  #length = 0;

  /** How many bytes were written so far. */
  get length(): number {
    return this.#length;
  }

  /** An unsigned whole number up to `Number.MAX_SAFE_INTEGER`, seven bits a byte, lowest first (LEB128). */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest >= 0x80) {
      this.#buffer[this.#length++] = (rest % 0x80) | 0x80;
      rest = Math.floor(rest / 0x80);
    }
    this.#buffer[this.#length++] = rest;
  }

  /** A signed whole number, folded onto the unsigned ones so that small magnitudes stay short (zigzag). Within ±2^52. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2);
  }

  float64(value: number): void {
    this.#reserve(8);
    this.#length = this.#buffer.writeDoubleLE(value, this.#length);
  }

  /** The next bytes, for whoever asks to fill them before anything else is written. */
  space(length: number): Uint8Array {
    this.#reserve(length);
    this.#length += length;
    return this.#buffer.subarray(this.#length - length, this.#length);
  }

  /** The first `count` values of an array, eight bytes each. */
  float64s(values: Float64Array, count: number): void {
    this.raw(new Uint8Array(values.buffer, values.byteOffset, count * 8));
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  /** UTF-8 with its length in bytes before it. */
  text(text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.varint(bytes.length);
    this.raw(bytes);
  }

  /** What was written so far; valid until the next write. */
  bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}

/** Reads back what {@link ByteWriter} wrote. Throws a `RangeError` at the end of the bytes. */
export class ByteReader implements StateReader {
  readonly #buffer: Buffer;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** How many bytes were read so far. */
  get offset(): number {
    return this.#offset;
  }

  /** How many bytes have not been read yet. */
  get left(): number {
    return this.#buffer.length - this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.#buffer.length;
  }

  varint(): number {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = this.#buffer.readUInt8(this.#offset++);
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 0x80;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  float64(): number {
    const value = this.#buffer.readDoubleLE(this.#offset);
    this.#offset += 8;
    return value;
  }

  float64s(count: number): Float64Array {
    const values = new Float64Array(count);
    new Uint8Array(values.buffer).set(this.view(count * 8));
    return values;
  }

  /** The next bytes, in memory of their own. */
  raw(length: number): Uint8Array {
    return Uint8Array.from(this.view(length));
  }

  skip(length: number): void {
    this.view(length);
  }

  text(): string {
    return this.view(this.varint()).toString('utf8');
  }

  /** The next bytes, as part of those that are read. */
  view(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#buffer.length) throw new RangeError(`${length} bytes wanted at ${this.#offset}, ${this.#buffer.length} are there`);
    const bytes = this.#buffer.subarray(this.#offset, end);
    this.#offset = end;
    return bytes;
  }
}
