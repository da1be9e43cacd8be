import type { CalendarUnit } from 'mullion';

/**
 * Windows of civil time by what a clock on the wall and the calendar beside it show, and by nothing else: a window is all the time around a moment
 * during which they show the same hour (before or after a change of the clocks), day, week or month. Its bounds are found by bisection.
 */

const HOUR_MS = 3_600_000;
/** Longer than any unit. */
const REACH_MS: Readonly<Record<CalendarUnit, number>> = {
  hour: 2 * HOUR_MS,
  day: 50 * HOUR_MS,
  week: 200 * HOUR_MS,
  month: 800 * HOUR_MS,
};

export class CivilWindows {
  readonly #unit: CalendarUnit;
  readonly #firstWeekday: number;
  readonly #wall: Intl.DateTimeFormat;
  readonly #found: { start: number; end: number }[] = [];

  /** @param firstWeekday 0 is Sunday. */
  constructor(unit: CalendarUnit, timeZone: string, firstWeekday = 1) {
    this.#unit = unit;
    this.#firstWeekday = firstWeekday;
    this.#wall = new Intl.DateTimeFormat('en', {
      timeZone,
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
  }

  holding(time: number): { start: number; end: number } {
    const known = this.#found.find(({ start, end }) => start <= time && time < end);
    if (known !== undefined) return known;
    const shown = this.#shown(time);
    const reachMs = REACH_MS[this.#unit];
    const end = firstWhere(time, time + reachMs, (moment) => this.#shown(moment) !== shown);
    const start = firstWhere(time - reachMs, time, (moment) => this.#shown(moment) === shown);
    this.#found.push({ start, end });
    return { start, end };
  }

  #shown(time: number): string {
    const parts = Object.fromEntries(this.#wall.formatToParts(time).map(({ type, value }) => [type, value]));
    const { year, month, day, hour, timeZoneName } = parts;
    if (this.#unit === 'month') return `${year}-${month}`;
    if (this.#unit === 'day') return `${year}-${month}-${day}`;
    if (this.#unit === 'hour') return `${year}-${month}-${day} ${hour} ${timeZoneName}`;
    const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
    const sinceFirst = (date.getUTCDay() - this.#firstWeekday + 7) % 7;
    return new Date(date.getTime() - sinceFirst * 24 * HOUR_MS).toISOString();
  }
}

/** The first moment after `from` at which something is true, when it stays true up to `to`. */
function firstWhere(from: number, to: number, isTrue: (moment: number) => boolean): number {
  let no = from;
  let yes = to;
  while (yes - no > 1) {
    const middle = Math.floor((no + yes) / 2);
    if (isTrue(middle)) yes = middle;
    else no = middle;
  }
  return yes;
}
