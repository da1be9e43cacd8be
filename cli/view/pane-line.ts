import type { Pane } from '../../shared/pipeline/pane.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { printable } from '../printable.ts';
import { ResultColumns } from './result-columns.ts';

const DAY_MS = 86_400_000;
/** What a line says, and what may go below it where it would be too long. */
export interface PaneLine {
  readonly head: string;
  readonly results: readonly string[];
}

/** Panes as lines of a table whose columns grow with what stands in them, as nobody knows what will. */
export class PaneLines {
  #periodWidth = 0;
  #windowWidth: number;
  #keyWidth = 8;
  readonly #results = new ResultColumns();

  /** @param windows Names of those that may come; others take their place, too. */
  constructor(windows: readonly string[] = []) {
    this.#windowWidth = Math.max(8, ...windows.map((name) => printable(name).length));
  }

  /** `2026-11-27 12:00:05–12:00:10  everyFive  Berlin    ON_TIME `, and `total 135.00`, `average 22.50`, `users     3` */
  line({ window, key, start, end, pane, value, isIncomplete }: Pane): PaneLine {
    const [name, shown, when] = [printable(window), printable(key), period(start, end)];
    this.#periodWidth = Math.max(this.#periodWidth, when.length);
    this.#windowWidth = Math.max(this.#windowWidth, name.length);
    this.#keyWidth = Math.max(this.#keyWidth, shown.length);
    const timing = pane.isRetraction === true ? 'TAKEBACK' : pane.timing;
    const doubt = isIncomplete === true ? ['may be incomplete'] : [];
    const cells = [when.padEnd(this.#periodWidth), name.padEnd(this.#windowWidth), shown.padEnd(this.#keyWidth), timing.padEnd(8)];
    return { head: cells.join('  '), results: [...this.#results.cells(window, value), ...doubt] };
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

/** The day once, where it is one, and without hours where it is whole days. */
export function period(start: number, end: number): string {
  const isBounded = start > BEGINNING_OF_TIME && end < END_OF_TIME;
  if (isBounded && start % DAY_MS === 0 && end % DAY_MS === 0)
    return end - start === DAY_MS ? day(start) : `${day(start)}–${day(end - DAY_MS)}`;
  const isOneDay = isBounded && Math.floor(start / DAY_MS) === Math.floor(end / DAY_MS);
  return `${moment(start)}–${isOneDay ? moment(end).replace(`${day(end)} `, '') : moment(end)}`;
}

function day(time: number): string {
  return moment(time).replace(/ .*/, '');
}
