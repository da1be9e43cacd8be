import type { Pane } from '../../shared/pipeline/pane.ts';
import { fitted, terminalWidth } from './fitted.ts';
import { firingLine, PaneLines } from './pane-line.ts';

export interface PaneTableOptions {
  /** How many panes of a firing are shown; all by default. */
  readonly shownMax?: number;
  /** The names of the pipeline's windows. */
  readonly windows?: readonly string[];
  /** How wide the terminal is now; absent where there is none. */
  readonly width?: () => number | undefined;
}

/** Prints panes as they are fired: a heading for each firing, and below it a line for each pane, aligned; more where the terminal is too narrow for one. */
export class PaneTable {
  readonly #write: (line: string) => void;
  readonly #shownMax: number;
  readonly #width: () => number | undefined;
  readonly #lines: PaneLines;
  #firing: number | undefined;
  #shown = 0;
  #hidden = 0;

  constructor(
    write: (line: string) => void,
    { shownMax = Number.POSITIVE_INFINITY, windows, width = terminalWidth }: PaneTableOptions = {},
  ) {
    this.#lines = new PaneLines(windows);
    this.#write = write;
    this.#shownMax = shownMax;
    this.#width = width;
  }

  add(pane: Pane): void {
    // Panes of one epoch share its watermark.
    if (pane.watermark !== this.#firing) {
      this.endFiring();
      this.#firing = pane.watermark;
      this.#write(firingLine(pane));
    }
    if (this.#shown < this.#shownMax) {
      const { head, results } = this.#lines.line(pane);
      for (const line of fitted(head, results, this.#width())) this.#write(line);
      this.#shown++;
    } else {
      this.#hidden++;
    }
  }

  /** Says how many panes of the firing were not shown. */
  endFiring(): void {
    if (this.#hidden > 0) this.#write(`${' '.repeat(12)}… and ${this.#hidden} more`);
    this.#hidden = 0;
    this.#shown = 0;
    this.#firing = undefined;
  }
}
