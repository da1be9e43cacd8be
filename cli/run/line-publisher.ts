import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';
import { LineWriter } from '../line-writer.ts';

/** Writes documents to a file or to standard output, one a line. */
export class LinePublisher implements Publisher {
  readonly #writer: LineWriter;

  private constructor(writer: LineWriter) {
    this.#writer = writer;
  }

  /** @param path A file, which is replaced, or `-` for standard output. */
  static async open(path: string): Promise<LinePublisher> {
    return new LinePublisher(await LineWriter.open(path));
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    if (records.length > 0) await this.#writer.write(records.map(({ json }) => `${json}\n`).join(''));
  }

  async close(): Promise<void> {
    await this.#writer.close();
  }
}
