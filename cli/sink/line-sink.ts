import { Buffer } from 'node:buffer';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { LineWriter } from '../line-writer.ts';
import type { EventSink, SendOutcome } from './event-sink.ts';

/** A file, or standard output: an event a line. */
export class LineSink implements EventSink {
  readonly name: string;
  readonly #writer: LineWriter;

  private constructor(name: string, writer: LineWriter) {
    this.name = name;
    this.#writer = writer;
  }

  /** @param path A file, which is replaced, and gzipped where its name ends with `.gz`; or `-` for standard output. */
  static async open(path: string): Promise<LineSink> {
    return new LineSink(path === '-' ? 'standard output' : path, await LineWriter.open(path));
  }

  async send(events: readonly StreamEvent[]): Promise<SendOutcome> {
    let lines = '';
    for (const { data } of events) lines += `${typeof data === 'string' ? data : Buffer.from(data).toString()}\n`;
    await this.#writer.write(lines);
    return { taken: events.length, again: 0 };
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }
}
