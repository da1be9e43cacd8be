import type { Buffer } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { InvalidRecord } from './invalid-record.ts';

const UNZIPPED_BYTES_MAX = 16 * 1024 * 1024;

/** Unzips as much as one record may hold. */
export class Unzipping {
  #bytesLeft = UNZIPPED_BYTES_MAX;

  /** @throws {InvalidRecord} when it is damaged, or too much. */
  of(zipped: Buffer): Buffer {
    try {
      const bytes = gunzipSync(zipped, { maxOutputLength: this.#bytesLeft });
      this.#bytesLeft = Math.max(1, this.#bytesLeft - bytes.length);
      return bytes;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why = code === 'ERR_BUFFER_TOO_LARGE' ? `it unfolds to more than ${UNZIPPED_BYTES_MAX} bytes` : message;
      throw new InvalidRecord('packed', `the record is gzip, and cannot be unpacked: ${why}`);
    }
  }
}
