import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { finished } from 'node:stream/promises';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';
import { CommandError } from '../command-error.ts';

/** Writes documents to a file or to standard output, one a line, no faster than they are taken. */
export class LinePublisher implements Publisher {
  readonly #stream: Writable;
  readonly #path: string;

  private constructor(stream: Writable, path: string) {
    this.#stream = stream;
    this.#path = path;
    // A stream may fail while nobody waits for it. That must not end the process: it comes out at the next write, or at the end.
    stream.on('error', () => {});
  }

  /** @param path A file, which is replaced, or `-` for standard output. */
  static async open(path: string): Promise<LinePublisher> {
    if (path === '-') return new LinePublisher(process.stdout, 'standard output');
    try {
      const file = await open(path, 'w');
      return new LinePublisher(createWriteStream(path, { fd: file }), path);
    } catch (error) {
      throw cannotBeWritten(path, error);
    }
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    if (records.length === 0) return;
    const lines = records.map(({ json }) => `${json}\n`).join('');
    await this.#attempt(async () => {
      if (!this.#stream.write(lines)) await once(this.#stream, 'drain');
    });
  }

  async close(): Promise<void> {
    if (this.#stream === process.stdout) return;
    await this.#attempt(async () => {
      this.#stream.end();
      await finished(this.#stream);
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
