import type { Buffer } from 'node:buffer';

const VARINT_BYTES_MAX = 10;
const WIRE_TYPE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** How a field with a number and bytes begins: with a varint of both. */
export function bytesField(number: number): number {
  return number * 8 + WIRE_TYPE.bytes;
}

/** How a field with a number and a number in it begins. */
export function varintField(number: number): number {
  return number * 8 + WIRE_TYPE.varint;
}

/**
 * Reads messages in the wire format of Protocol Buffers, one within the other, without making anything of their fields.
 *
 * Every method throws a `RangeError` when the bytes are no such message.
 */
export class MessageReader {
  readonly #bytes: Buffer;
  /** How many bytes were read so far. */
  at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1, read = 0; read < VARINT_BYTES_MAX; scale *= 0x80, read++) {
      const byte = this.#bytes[this.at++];
      if (byte === undefined) throw new RangeError('it ends within a number');
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    throw new RangeError(`a number of more than ${VARINT_BYTES_MAX} bytes`);
  }

  /** Reads the length of a field of bytes; where it ends. What it holds begins where the reader stands then. */
  end(): number {
    const length = this.varint();
    const left = this.#bytes.length - this.at;
    if (length > left) throw new RangeError(`${length} bytes announced at ${this.at}, ${left} are there`);
    return this.at + length;
  }

  text(): string {
    const end = this.end();
    const text = this.#bytes.toString('utf8', this.at, end);
    this.at = end;
    return text;
  }

  /** Passes over a field that began so. */
  skip(field: number): void {
    switch (field % 8) {
      case WIRE_TYPE.varint:
        this.varint();
        break;
      case WIRE_TYPE.bytes:
        this.at = this.end();
        break;
      case WIRE_TYPE.fixed64:
        this.at += 8;
        break;
      case WIRE_TYPE.fixed32:
        this.at += 4;
        break;
      default:
        throw new RangeError(`a field of wire type ${field % 8}`);
    }
  }
}
