import { conservationLine } from '../../cli/run/summary.ts';
import { PaneTable } from '../../cli/view/pane-table.ts';
import { conservationDifference, type RecordCounts } from '../../shared/log/counts.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';

/** Where an example puts what it has to show. */
export interface ExampleOutput {
  /** A pane that was fired. */
  readonly pane: (pane: Pane) => void;
  /** What is going on, a line. */
  readonly say: (line: string) => void;
}

export interface ShowOptions {
  /** Every pane as a line of JSON, in place of the table. */
  readonly json: boolean;
  /** Every pane in the table, however many a firing has. */
  readonly all: boolean;
}

/** Of a firing, in the table. */
export const SHOWN_MAX = 10;

/** Plays an example: its panes on standard output, what it says and its accounts on standard error. The exit code says whether they balance. */
export async function show(played: (output: ExampleOutput) => Promise<RecordCounts>, { json, all }: ShowOptions): Promise<void> {
  const print = (line: string) => process.stdout.write(`${line}\n`);
  const say = (line: string) => process.stderr.write(`${line}\n`);
  // `| head` has read enough.
  process.stdout.on('error', () => process.exit(0));
  const table = new PaneTable(print, all ? {} : { shownMax: SHOWN_MAX });
  const counts = await played({ pane: (pane) => (json ? print(JSON.stringify(pane)) : table.add(pane)), say });
  table.endFiring();
  say(conservationLine(counts));
  process.exitCode = conservationDifference(counts) === 0 ? 0 : 1;
}
