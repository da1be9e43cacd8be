import { Buffer } from 'node:buffer';

// As long as one key that was cut out of a text is in use, its text is.
const TEXT_BYTES = 1 << 14;

/** Makes keys of their bytes, many at a time: one conversion instead of one a key. */
export class KeyCutter {
  readonly #keys: string[] = [];
  /** UTF-8 of the keys that are next to be cut, one after the other. */
  readonly bytes: Buffer;
  readonly #ends: number[] = [];
  #at = 0;

  /** @param keyBytesMax Most bytes that a key may have. */
  constructor(keyBytesMax: number) {
    this.bytes = Buffer.allocUnsafe(Math.max(TEXT_BYTES, keyBytesMax));
  }

  /** Where in {@link bytes} the next key goes, which has so many bytes or fewer. */
  next(bytesMax: number): number {
    if (this.#at + bytesMax > this.bytes.length) this.#cut();
    return this.#at;
  }

  /** The key has been put there, and ends here. */
  end(at: number): void {
    this.#ends.push(at);
    this.#at = at;
  }

  /** All keys, in their order. */
  keys(): string[] {
    this.#cut();
    return this.#keys;
  }

  #cut(): void {
    const text = this.bytes.toString('utf8', 0, this.#at);
    const isAscii = text.length === this.#at;
    let from = 0;
    for (const end of this.#ends) {
      this.#keys.push(isAscii ? text.slice(from, end) : this.bytes.toString('utf8', from, end));
      from = end;
    }
    this.#ends.length = 0;
    this.#at = 0;
  }
}
