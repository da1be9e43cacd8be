import { firingLine, PaneLines } from '../../cli/view/pane-line.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { END_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';

const PANES_SHOWN = 5;
const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

export interface PaneTableOptions {
  /** Every pane instead of the first few of each firing. */
  readonly all: boolean;
  readonly rows: PaneRows;
}

/** How panes are told. */
export interface PaneRows {
  /** What stands above the panes of a firing. */
  heading(pane: Pane): string;
  line(pane: Pane): string;
}

/** Prints panes as they leave the output stream, aligned, repeats left out. */
export class PaneTable {
  readonly #write: (line: string) => void;
  readonly #shownMax: number;
  readonly #rows: PaneRows;
  // Ids of what has been seen. A demonstration's worth; the consumer of a stream that never ends keeps less.
  readonly #seen = new Set<string>();
  #firing: number | undefined;
  #shown = 0;
  #hidden = 0;

  constructor(write: (line: string) => void, { all, rows }: PaneTableOptions) {
    this.#write = write;
    this.#rows = rows;
    this.#shownMax = all ? Number.POSITIVE_INFINITY : PANES_SHOWN;
  }

  /** Distinct panes so far. */
  get count(): number {
    return this.#seen.size;
  }

  add(pane: Pane): void {
    if (this.#seen.has(pane.id)) return;
    this.#seen.add(pane.id);
    // Panes of one epoch share its watermark.
    if (pane.watermark !== this.#firing) {
      this.endFiring();
      this.#firing = pane.watermark;
      this.#write(this.#rows.heading(pane));
    }
    if (this.#shown < this.#shownMax) {
      this.#write(this.#rows.line(pane));
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

/** Of the flights, whose windows are days. */
export const FLIGHT_ROWS: PaneRows = {
  heading: ({ watermark }) => `── ${watermark === END_OF_TIME ? 'drained' : `watermark ${minutes(watermark)}`} ──`,
  line: flightRow,
};

/** Of whatever pipeline. */
export function anyRows(): PaneRows {
  const lines = new PaneLines();
  return { heading: firingLine, line: (pane) => lines.line(pane) };
}

/** `2001-01-10 18:20`. */
function minutes(time: EventTime): string {
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ');
}

function flightRow({ window, key, start, pane, value }: Pane): string {
  const results = Object.entries(value).map(([name, result]) =>
    `${name} ${typeof result === 'number' ? decimals.format(result) : JSON.stringify(result)}`.padEnd(17),
  );
  return `${new Date(start).toISOString().slice(0, 10)}  ${window}  ${key.padEnd(4)} ${pane.timing.padEnd(8)} ${results.join(' ')}`.trimEnd();
}
