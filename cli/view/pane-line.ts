import type { Pane } from '../../shared/pipeline/pane.ts';
import { resultFields } from '../../shared/pipeline/result-fields.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { printable } from '../printable.ts';

const DAY_MS = 86_400_000;
// So that the columns of small numbers do not grow with the second line already.
const NUMBER_WIDTH = 5;

const wholeNumbers = new Intl.NumberFormat('en-US');
const decimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A result as it stands in a line: `users 3`. */
interface Result {
  readonly name: string;
  readonly text: string;
  readonly isNumber: boolean;
}

/** Panes as lines of a table whose columns grow with what stands in them, as nobody knows what will. */
export class PaneLines {
  #periodWidth = 0;
  #windowWidth: number;
  #keyWidth = 8;
  // By window and result: windows have columns of their own.
  readonly #resultWidths = new Map<string, number>();

  /** @param windows Names of those that may come; others take their place, too. */
  constructor(windows: readonly string[] = []) {
    this.#windowWidth = Math.max(8, ...windows.map((name) => printable(name).length));
  }

  /** `2026-11-27 12:00:05–12:00:10  everyFive  Berlin    ON_TIME   total 135.00  average 22.50  users     3` */
  line({ window, key, start, end, pane, value, isIncomplete }: Pane): string {
    const [name, shown, when] = [printable(window), printable(key), period(start, end)];
    this.#periodWidth = Math.max(this.#periodWidth, when.length);
    this.#windowWidth = Math.max(this.#windowWidth, name.length);
    this.#keyWidth = Math.max(this.#keyWidth, shown.length);
    const results = Object.entries(value)
      .flatMap(([result, of]) => resultsOf(result, of))
      .map((result) => this.#aligned(window, result));
    const timing = pane.isRetraction === true ? 'TAKEBACK' : pane.timing;
    const doubt = isIncomplete === true ? ['may be incomplete'] : [];
    const cells = [when.padEnd(this.#periodWidth), name.padEnd(this.#windowWidth), shown.padEnd(this.#keyWidth), timing.padEnd(8)];
    return [...cells, ...results, ...doubt].join('  ').trimEnd();
  }

  #aligned(window: string, { name, text, isNumber }: Result): string {
    const column = `${window} ${name}`;
    const width = Math.max(text.length, this.#resultWidths.get(column) ?? (isNumber ? NUMBER_WIDTH : 0));
    this.#resultWidths.set(column, width);
    return `${name} ${isNumber ? text.padStart(width) : text.padEnd(width)}`;
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

function resultsOf(name: string, result: unknown): Result[] {
  return resultFields(name, result).map(([field, value]) => ({ name: field, ...shownValue(value) }));
}

function shownValue(value: unknown): Omit<Result, 'name'> {
  if (typeof value === 'number') return { text: (Number.isInteger(value) ? wholeNumbers : decimals).format(value), isNumber: true };
  // Of a number, say, that there was nothing to compute from.
  if (value === null || value === undefined) return { text: '–', isNumber: true };
  return { text: printable(JSON.stringify(value)), isNumber: false };
}
