import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished, pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { CommandError } from './command-error.ts';

// What reads it unzips as fast at any level, and what writes it has other things to do.
const GZIP_LEVEL = 1;

/** Writes lines to a file or to standard output, no faster than they are taken. */
export class LineWriter {
  readonly #stream: Writable;
  readonly #path: string;
  /** Resolves when everything is written behind the end. */
  readonly #written: Promise<void>;

  private constructor(stream: Writable, path: string, written: Promise<void>) {
    this.#stream = stream;
    this.#path = path;
    this.#written = written;
    // A stream may fail while nobody waits for it. That must not end the process: it comes out at the next write, or at the end.
    stream.on('error', () => {});
    written.catch(() => {});
  }

  /**
   * @param path A file, which is replaced, and gzipped where its name ends with `.gz`; or `-` for standard output.
   * @throws {CommandError} when it cannot be made.
   */
  static async open(path: string): Promise<LineWriter> {
    if (path === '-') return new LineWriter(process.stdout, 'standard output', Promise.resolve());
    try {
      const file = createWriteStream(path, { fd: await open(path, 'w') });
      if (!path.endsWith('.gz')) return new LineWriter(file, path, finished(file));
      const gzip = createGzip({ level: GZIP_LEVEL });
      return new LineWriter(gzip, path, pipeline(gzip, file));
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
  }

  /**
   * @param lines With the end of each.
   * @throws {CommandError} when the disk is full, say.
   */
  async write(lines: string | Uint8Array): Promise<void> {
    await this.#attempt(async () => {
      if (!this.#stream.write(lines)) await once(this.#stream, 'drain');
    });
  }

  /** @throws {CommandError} when something is not written. */
  async close(): Promise<void> {
    if (this.#stream === process.stdout) return;
    await this.#attempt(async () => {
      this.#stream.end();
      await this.#written;
    });
  }

  async #attempt(write: () => Promise<void>): Promise<void> {
    try {
      if (this.#stream.errored !== null) throw this.#stream.errored;
      await write();
    } catch (error) {
      throw cannotBeWritten(this.#path, error);
    }
  }
}

function cannotBeWritten(path: string, error: unknown): CommandError {
  return new CommandError(`${path}: it cannot be written: ${(error as Error).message}`, { cause: error });
}
