import { Buffer, isAscii } from 'node:buffer';
import { decodeBase64, decodeUtf8 } from './decode.ts';
import type { InputRecord } from './input-record.ts';

// Enough that a call into the runtime is shared by dozens of payloads, and little enough to stay in the processor's cache.
const CHUNK_BYTES = 16_384;
const PAD = '='.charCodeAt(0);

/**
 * The payloads of records as text, read one after the other. Base64 is decoded for as many at a time as fit a chunk, and where all of that is
 * ASCII, as JSON mostly is, it becomes text without looking for UTF-8: half the cost of one by one.
 */
export class PayloadTexts {
  readonly #records: readonly InputRecord[];
  readonly #bytes = Buffer.allocUnsafe(CHUNK_BYTES);
  /** Of the records from `#from` on, where in the chunk each ends. */
  readonly #ends: number[] = [];
  #from = 0;
  /** All of the chunk, where it is ASCII. */
  #text: string | undefined;

  constructor(records: readonly InputRecord[]) {
    this.#records = records;
  }

  /**
   * The text of a record. Meant to be asked for in order, which nothing requires.
   *
   * @throws {InvalidRecord} when it is not base64 or not UTF-8.
   */
  at(index: number): string {
    const { data, encoding } = this.#records[index] as InputRecord;
    if (encoding === 'utf8') return data;
    if (index >= this.#from + this.#ends.length) this.#decodeFrom(index);
    const end = this.#ends[index - this.#from];
    if (end === undefined) return decodeBase64(data);
    const start = index === this.#from ? 0 : (this.#ends[index - this.#from - 1] as number);
    return this.#text === undefined ? decodeUtf8(this.#bytes.subarray(start, end)) : this.#text.slice(start, end);
  }

  /** Decodes this payload and those behind it, up to one that only {@link decodeBase64} can tell about. */
  #decodeFrom(index: number): void {
    this.#from = index;
    this.#ends.length = 0;
    let length = 0;
    for (let at = index; at < this.#records.length; at++) {
      const { data, encoding } = this.#records[at] as InputRecord;
      const bytes = bytesOf(data);
      if (encoding !== 'base64' || length + bytes > CHUNK_BYTES) break;
      // Node skips what is not base64.
      if (this.#bytes.write(data, length, 'base64') !== bytes) break;
      length += bytes;
      this.#ends.push(length);
    }
    this.#text = isAscii(this.#bytes.subarray(0, length)) ? this.#bytes.toString('latin1', 0, length) : undefined;
  }
}

/** How many bytes base64 announces by its length, as {@link decodeBase64} counts them. */
function bytesOf(data: string): number {
  const { length } = data;
  const padding = data.charCodeAt(length - 1) !== PAD ? 0 : data.charCodeAt(length - 2) !== PAD ? 1 : 2;
  return ((length - padding) * 3) >>> 2;
}
