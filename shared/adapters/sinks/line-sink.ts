/**
 * Panes as lines of a file, or of the terminal.
 *
 * @module mullion/sinks/file
 */
import { open } from 'node:fs/promises';
import type { PaneSink } from '../../ports/pane-sink.ts';

/** Writes a line of JSON for each to a file, behind what is there, and on the disk when it returns. `/dev/stdout` is the terminal. */
export class LineSink<P> implements PaneSink<P> {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  async put(panes: readonly P[]): Promise<void> {
    const file = await open(this.#path, 'a');
    try {
      await file.write(panes.map((pane) => `${JSON.stringify(pane)}\n`).join(''));
      const stat = await file.stat();
      if (stat.isFile()) await file.sync();
    } finally {
      await file.close();
    }
  }
}
