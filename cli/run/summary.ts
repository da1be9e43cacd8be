import { conservationDifference, type RecordCounts } from '../../shared/log/counts.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';

const number = new Intl.NumberFormat('en-US');

/** `1,234`. */
export function formatCount(count: number): string {
  return number.format(count);
}

/** `1 pane`, `1,234 panes`. */
export function formatPanes(count: number): string {
  return `${formatCount(count)} ${count === 1 ? 'pane' : 'panes'}`;
}

/** `read 20,000 = folded 19,990 + filtered 0 + late 7 + invalid 3`, and the duplicates where they are dropped. */
export function conservationLine(counts: RecordCounts): string {
  const { read, ...parts } = counts;
  const sum = Object.entries(parts)
    .map(([name, count]) => `${name} ${formatCount(count)}`)
    .join(' + ');
  return `read ${formatCount(read)} ${conservationDifference(counts) === 0 ? '=' : '≠'} ${sum}`;
}

/** `2001-03-31T23:59:59.999Z`, or what it means that there is none yet. */
export function formatWatermark(watermark: EventTime): string {
  return watermark === BEGINNING_OF_TIME ? 'none yet' : new Date(watermark).toISOString();
}

/** `json 2, key 1` for a tally by reason. */
export function formatTally(tally: ReadonlyMap<string, number>): string {
  return [...tally].map(([reason, count]) => `${reason} ${formatCount(count)}`).join(', ');
}

/** A summary for a program: on standard output, unless that has something else. */
export function writeSummary(summary: object, isOutputTaken: boolean): void {
  (isOutputTaken ? process.stderr : process.stdout).write(`${JSON.stringify(summary)}\n`);
}
