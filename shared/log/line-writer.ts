import { Buffer } from 'node:buffer';
import { DECIMAL_BYTES_MAX, putDecimal } from './digits.ts';

// A part has so many stretches, each ending behind the first line with which it is full: 1 MiB of text, some thousand panes.
const STRETCH_UNITS = 1 << 16;
const STRETCHES = 16;
const INITIAL_BYTES = 1 << 14;
const UTF8_BYTES_MAX = 3;
// Longer ones are written sooner all at once.
const BY_UNIT_MAX = 64;
const BY_BYTE_MAX = 8;
const NEW_LINE = 0x0a;
const ASCII = new Uint8Array(128).fill(1);
/** Of ASCII, what JSON leaves as it is. */
const UNESCAPED = ASCII.map((_one, unit) => (JSON.stringify(String.fromCharCode(unit)).length === 3 ? 1 : 0));

/** Text that is written again and again. */
export interface Phrase {
  readonly bytes: Uint8Array;
  /** How many UTF-16 units it has. */
  readonly units: number;
}

export function phrase(text: string): Phrase {
  return { bytes: Buffer.from(text, 'utf8'), units: text.length };
}

/**
 * Writes lines of text as UTF-8, byte by byte into one buffer: strings that are put together of pieces, and then taken apart, take several times longer. What was written is
 * handed on in parts of about 1 MiB, which end where a line does.
 */
export class LineWriter {
  readonly #onPart: (part: Uint8Array) => void;
  #buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;
  /** UTF-16 units of the stretch so far, by which parts have been cut ever since. */
  #units = 0;
  #stretches = 0;

  /** @param onPart Takes each part; its bytes are overwritten afterwards. */
  constructor(onPart: (part: Uint8Array) => void) {
    this.#onPart = onPart;
  }

  text(text: string): void {
    if (text.length <= BY_UNIT_MAX && this.#byUnit(text, ASCII)) return;
    this.#reserve(text.length * UTF8_BYTES_MAX);
    this.#length += this.#buffer.write(text, this.#length, 'utf8');
    this.#units += text.length;
  }

  phrase({ bytes, units }: Phrase): void {
    this.#reserve(bytes.length);
    if (bytes.length > BY_BYTE_MAX) this.#buffer.set(bytes, this.#length);
    else for (let index = 0; index < bytes.length; index++) this.#buffer[this.#length + index] = bytes[index] as number;
    this.#length += bytes.length;
    this.#units += units;
  }

  /** As in `JSON.stringify`. */
  number(value: number): void {
    this.#reserve(DECIMAL_BYTES_MAX);
    const end = putDecimal(value, this.#buffer, this.#length);
    if (end < 0) {
      this.text(Number.isFinite(value) ? String(value) : 'null');
      return;
    }
    this.#units += end - this.#length;
    this.#length = end;
  }

  /** What stands between the quotes in `JSON.stringify`, twice. */
  unquotedTwice(text: string, between: Phrase): void {
    const from = this.#length;
    const unitsBefore = this.#units;
    if (text.length > BY_UNIT_MAX || !this.#byUnit(text, UNESCAPED)) this.text(JSON.stringify(text).slice(1, -1));
    const to = this.#length;
    const units = this.#units - unitsBefore;
    this.phrase(between);
    this.#reserve(to - from);
    this.#buffer.copyWithin(this.#length, from, to);
    this.#length += to - from;
    this.#units += units;
  }

  endLine(): void {
    this.#reserve(1);
    this.#buffer[this.#length++] = NEW_LINE;
    this.#units++;
    if (this.#units < STRETCH_UNITS) return;
    this.#units = 0;
    this.#stretches++;
    if (this.#stretches === STRETCHES) this.#handOn();
  }

  /** Hands on what is left, and be it nothing. */
  end(): void {
    this.#handOn();
  }

  /** False, and nothing is written, where a unit is not among the allowed ones, all of which are ASCII. */
  #byUnit(text: string, allowed: Uint8Array): boolean {
    this.#reserve(text.length);
    const buffer = this.#buffer;
    let at = this.#length;
    for (let index = 0; index < text.length; index++) {
      const unit = text.charCodeAt(index);
      if (allowed[unit] !== 1) return false;
      buffer[at++] = unit;
    }
    this.#length = at;
    this.#units += text.length;
    return true;
  }

  #handOn(): void {
    this.#onPart(this.#buffer.subarray(0, this.#length));
    this.#length = 0;
    this.#units = 0;
    this.#stretches = 0;
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#length + more));
    grown.set(this.#buffer.subarray(0, this.#length));
    this.#buffer = grown;
  }
}
