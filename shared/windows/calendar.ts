import { Temporal } from 'temporal-polyfill';
import { InvalidArgument } from '../definition/invalid-argument.ts';
import type { EventTime } from '../time/event-time.ts';
import type { SlicedAssigner, SlicedDefinition } from './window.ts';

/** A stretch of civil time. */
export type CalendarUnit = 'hour' | 'day' | 'week' | 'month';

/** The day on which a week begins. */
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';

/** Where days begin, and weeks. */
export interface CalendarOptions {
  /** IANA time zone: `'Europe/Berlin'`. Default `'UTC'`. */
  readonly timeZone?: string;
  /** The first day of a week. Default Monday, as in ISO 8601. */
  readonly weekStart?: Weekday;
}

const WEEKDAYS: readonly Weekday[] = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

/**
 * Windows of civil time in a time zone: the day of a clock change has 23 or 25 hours, and is one window all the same. An hour that the clocks
 * repeat is two windows, one that they skip is none.
 *
 * @param unit `'hour'`, `'day'`, `'week'` or `'month'`.
 */
export function calendar(unit: CalendarUnit, { timeZone = 'UTC', weekStart = 'monday' }: CalendarOptions = {}): SlicedDefinition {
  return Object.freeze({
    describe: () => `calendar(${unit}, ${timeZone}${unit === 'week' ? `, from ${weekStart}` : ''})`,
    build: () => {
      if (!Object.hasOwn(CIVIL_UNITS, unit)) throw new InvalidArgument(unit, Object.keys(CIVIL_UNITS).join(', '), 'unit');
      if (!WEEKDAYS.includes(weekStart)) throw new InvalidArgument(weekStart, WEEKDAYS.join(', '), 'weekStart');
      if (!isTimeZone(timeZone)) throw new InvalidArgument(timeZone, `an IANA time zone such as 'Europe/Berlin'`, 'timeZone');
      return assigner(CIVIL_UNITS[unit](WEEKDAYS.indexOf(weekStart) + 1), timeZone);
    },
  });
}

type Moment = Temporal.ZonedDateTime;

interface CivilUnit {
  /** The start of the unit that holds a moment. */
  readonly floor: (moment: Moment) => Moment;
  /** A moment of the unit after the one that starts here. */
  readonly next: (start: Moment) => Moment;
}

const CIVIL_UNITS: Readonly<Record<CalendarUnit, (weekStart: number) => CivilUnit>> = {
  hour: () => ({ floor: startOfHour, next: (start) => earlier(start.getTimeZoneTransition('next'), start.add({ minutes: 60 })) }),
  day: () => ({ floor: startOfDay, next: (start) => start.add({ days: 1 }) }),
  week: (weekStart) => ({
    floor: (moment) => startOfDay(moment.subtract({ days: (moment.dayOfWeek - weekStart + 7) % 7 })),
    next: (start) => start.add({ weeks: 1 }),
  }),
  month: () => ({ floor: (moment) => startOfDay(moment.with({ day: 1 })), next: (start) => start.add({ months: 1 }) }),
};

/** Where the clocks change in the middle of an hour (Lord Howe Island does it by half an hour), a new one begins. */
function startOfHour(moment: Moment): Moment {
  const { minute, second, millisecond, microsecond, nanosecond } = moment;
  const start = moment.subtract({
    minutes: minute,
    seconds: second,
    milliseconds: millisecond,
    microseconds: microsecond,
    nanoseconds: nanosecond,
  });
  if (start.offsetNanoseconds === moment.offsetNanoseconds) return start;
  return moment.add({ nanoseconds: 1 }).getTimeZoneTransition('previous') ?? start;
}

function earlier(change: Moment | null, moment: Moment): Moment {
  return change !== null && change.epochMilliseconds < moment.epochMilliseconds ? change : moment;
}

function startOfDay(moment: Moment): Moment {
  return moment.startOfDay();
}

function assigner({ floor, next }: CivilUnit, timeZone: string): SlicedAssigner {
  const at = (time: EventTime) => Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone);
  const endOf = (start: EventTime) => floor(next(at(start))).epochMilliseconds as EventTime;
  // Events mostly stay in one window for long, and the calendar is slow to ask.
  let start = Number.NaN as EventTime;
  let end = Number.NaN as EventTime;
  const look = (time: EventTime) => {
    if (time >= start && time < end) return;
    start = floor(at(time)).epochMilliseconds as EventTime;
    end = endOf(start);
    if (time < end) return;
    // Clocks that go back over midnight show the day before again. A day that has begun goes on.
    start = end;
    end = endOf(start);
  };
  const endOfHolding = (time: EventTime) => {
    look(time);
    return end;
  };
  return {
    merges: false,
    sliceOf: (time) => {
      look(time);
      return start;
    },
    firstEndOf: endOfHolding,
    lastEndOf: endOfHolding,
    nextEnd: endOfHolding,
    startOf: (windowEnd) => floor(at(windowEnd).subtract({ nanoseconds: 1 })).epochMilliseconds as EventTime,
  };
}

function isTimeZone(timeZone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(timeZone);
    return true;
  } catch (error) {
    if (error instanceof RangeError || error instanceof TypeError) return false;
    throw error;
  }
}
