import type { Pane } from '../../shared/pipeline/pane.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { printable } from '../printable.ts';

const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const DAY_MS = 86_400_000;

/** Panes as lines of a table whose columns grow with what stands in them, as nobody knows what will. */
export class PaneLines {
  #windowWidth = 8;
  #keyWidth = 8;

  /** `2026-11-27 12:00:05–12:00:10  everyFive  Berlin  ON_TIME  total 135  average 22.5  users 3` */
  line({ window, key, start, end, pane, value, isIncomplete }: Pane): string {
    const [name, shown] = [printable(window), printable(key)];
    this.#windowWidth = Math.max(this.#windowWidth, name.length);
    this.#keyWidth = Math.max(this.#keyWidth, shown.length);
    const results = Object.entries(value).flatMap(([result, of]) => resultsOf(result, of));
    const timing = pane.isRetraction === true ? 'TAKEBACK' : pane.timing;
    const doubt = isIncomplete === true ? '  may be incomplete' : '';
    return `${period(start, end)}  ${name.padEnd(this.#windowWidth)}  ${shown.padEnd(this.#keyWidth)}  ${timing.padEnd(8)}  ${results.join('  ')}${doubt}`;
  }
}

/** `── watermark 2026-11-27 12:00:10 ──`: panes of one firing stand below it. */
export function firingLine({ watermark }: Pick<Pane, 'watermark'>): string {
  return `── ${watermark === END_OF_TIME ? 'drained: what was left' : `watermark ${moment(watermark)}`} ──`;
}

/** `2026-11-27 12:00:05`, with milliseconds where there are any. */
export function moment(time: number): string {
  if (time <= BEGINNING_OF_TIME) return 'the beginning of time';
  if (time >= END_OF_TIME) return 'the end of time';
  const text = new Date(time).toISOString();
  return (time % 1_000 === 0 ? text.slice(0, -5) : text.slice(0, -1)).replace('T', ' ');
}

/** The day once, where it is one. */
export function period(start: number, end: number): string {
  const to = moment(end);
  const isSameDay = Math.floor(start / DAY_MS) === Math.floor((end - 1) / DAY_MS) && to.includes(' ') && !to.startsWith('the');
  if (isSameDay && end % DAY_MS !== 0) return `${moment(start)}–${to.slice(to.indexOf(' ') + 1)}`;
  return `${moment(start)}–${to}`;
}

function resultsOf(name: string, result: unknown): string[] {
  if (typeof result === 'number') return [`${name} ${decimals.format(result)}`];
  if (result === null || result === undefined) return [`${name} –`];
  if (typeof result === 'object' && !Array.isArray(result))
    return Object.entries(result).flatMap(([field, inner]) => resultsOf(`${name}.${field}`, inner));
  return [`${name} ${printable(JSON.stringify(result))}`];
}
