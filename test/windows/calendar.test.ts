import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EventTime } from '../../shared/time/event-time.ts';
import { type CalendarOptions, type CalendarUnit, calendar } from '../../shared/windows/calendar.ts';

const HOUR_MS = 3_600_000;

function windowAt(time: string, unit: CalendarUnit, options: CalendarOptions): { start: string; end: string; hours: number } {
  const assigner = calendar(unit, options).build();
  const start = assigner.sliceOf(Date.parse(time) as EventTime);
  const end = assigner.lastEndOf(start);
  return { start: new Date(start).toISOString(), end: new Date(end).toISOString(), hours: (end - start) / HOUR_MS };
}

describe('calendar windows', () => {
  test.each<[string, string, CalendarUnit, CalendarOptions, string, string, number]>([
    [
      'a day that loses an hour',
      '2021-03-14T12:00Z',
      'day',
      { timeZone: 'America/New_York' },
      '2021-03-14T05:00Z',
      '2021-03-15T04:00Z',
      23,
    ],
    [
      'a day that gains an hour',
      '2021-11-07T12:00Z',
      'day',
      { timeZone: 'America/New_York' },
      '2021-11-07T04:00Z',
      '2021-11-08T05:00Z',
      25,
    ],
    ['a day that loses an hour', '2024-03-31T00:30Z', 'day', { timeZone: 'Europe/Berlin' }, '2024-03-30T23:00Z', '2024-03-31T22:00Z', 23],
    ['a day that gains an hour', '2024-10-27T20:00Z', 'day', { timeZone: 'Europe/Berlin' }, '2024-10-26T22:00Z', '2024-10-27T23:00Z', 25],
    [
      'the hour before one that does not exist',
      '2021-03-14T09:59Z',
      'hour',
      { timeZone: 'America/Los_Angeles' },
      '2021-03-14T09:00Z',
      '2021-03-14T10:00Z',
      1,
    ],
    [
      'the hour after one that does not exist',
      '2021-03-14T10:00Z',
      'hour',
      { timeZone: 'America/Los_Angeles' },
      '2021-03-14T10:00Z',
      '2021-03-14T11:00Z',
      1,
    ],
    [
      'the first of two like hours',
      '2021-11-07T08:30Z',
      'hour',
      { timeZone: 'America/Los_Angeles' },
      '2021-11-07T08:00Z',
      '2021-11-07T09:00Z',
      1,
    ],
    [
      'the second of two like hours',
      '2021-11-07T09:30Z',
      'hour',
      { timeZone: 'America/Los_Angeles' },
      '2021-11-07T09:00Z',
      '2021-11-07T10:00Z',
      1,
    ],
    [
      'an hour of a zone off by 45 minutes',
      '2024-05-05T12:00Z',
      'hour',
      { timeZone: 'Asia/Kathmandu' },
      '2024-05-05T11:15Z',
      '2024-05-05T12:15Z',
      1,
    ],
    ['a week from Monday', '2024-10-27T12:00Z', 'week', { timeZone: 'Europe/Berlin' }, '2024-10-20T22:00Z', '2024-10-27T23:00Z', 169],
    [
      'a week from Sunday',
      '2024-10-27T12:00Z',
      'week',
      { timeZone: 'Europe/Berlin', weekStart: 'sunday' },
      '2024-10-26T22:00Z',
      '2024-11-02T23:00Z',
      169,
    ],
    ['a leap February', '2024-02-29T12:00Z', 'month', {}, '2024-02-01T00:00Z', '2024-03-01T00:00Z', 29 * 24],
    [
      'a month with a change of clocks',
      '2021-03-20T12:00Z',
      'month',
      { timeZone: 'America/New_York' },
      '2021-03-01T05:00Z',
      '2021-04-01T04:00Z',
      743,
    ],
    ['a day before 1970', '1969-07-20T20:17:40Z', 'day', { timeZone: 'America/Chicago' }, '1969-07-20T05:00Z', '1969-07-21T05:00Z', 24],
    [
      'a day that does not begin at midnight',
      '2018-11-04T12:00Z',
      'day',
      { timeZone: 'America/Sao_Paulo' },
      '2018-11-04T03:00Z',
      '2018-11-05T02:00Z',
      23,
    ],
    [
      'the first half hour before one that is repeated',
      '2024-04-06T14:40Z',
      'hour',
      { timeZone: 'Australia/Lord_Howe' },
      '2024-04-06T14:00Z',
      '2024-04-06T15:00Z',
      1,
    ],
    [
      'a half hour that is repeated',
      '2024-04-06T15:10Z',
      'hour',
      { timeZone: 'Australia/Lord_Howe' },
      '2024-04-06T15:00Z',
      '2024-04-06T15:30Z',
      0.5,
    ],
    [
      'an hour whose first half is skipped',
      '2024-10-05T15:40Z',
      'hour',
      { timeZone: 'Australia/Lord_Howe' },
      '2024-10-05T15:30Z',
      '2024-10-05T16:00Z',
      0.5,
    ],
    [
      'the first minute of a day, before the clocks go back into the day before',
      '2010-11-07T02:30:30Z',
      'day',
      { timeZone: 'America/St_Johns' },
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
      25,
    ],
    [
      'the evening that is shown again then',
      '2010-11-07T02:31:30Z',
      'day',
      { timeZone: 'America/St_Johns' },
      '2010-11-07T02:30Z',
      '2010-11-08T03:30Z',
      25,
    ],
    [
      'the last day before one that is skipped',
      '2011-12-30T09:00Z',
      'day',
      { timeZone: 'Pacific/Apia' },
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      24,
    ],
  ])('%s (%s, %s)', (_what, time, unit, options, start, end, hours) => {
    expect(windowAt(time, unit, options)).toEqual({ start: new Date(start).toISOString(), end: new Date(end).toISOString(), hours });
  });

  const zones = ['UTC', 'Europe/Berlin', 'America/New_York', 'America/Sao_Paulo', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia'];
  const anyTime = fc.record({
    timeZone: fc.constantFrom(...zones),
    time: fc.integer({ min: Date.parse('1960-01-01Z'), max: Date.parse('2040-01-01Z') }),
  });
  const changes = [
    ['Europe/Berlin', '2024-03-31T01:00Z'],
    ['Europe/Berlin', '2024-10-27T01:00Z'],
    ['America/Sao_Paulo', '2018-11-04T03:00Z'],
    ['Australia/Lord_Howe', '2024-04-06T15:00Z'],
    ['Australia/Lord_Howe', '2024-10-05T15:30Z'],
    ['America/St_Johns', '2010-11-07T02:31Z'],
    ['Pacific/Apia', '2011-12-30T10:00Z'],
  ] as const;
  const nearChange = fc
    .record({
      change: fc.constantFrom(...changes),
      awayMs: fc.integer({ min: -36 * HOUR_MS, max: 36 * HOUR_MS }),
      closeness: fc.constantFrom(1, 20),
    })
    .map(({ change: [timeZone, at], awayMs, closeness }) => ({ timeZone, time: Date.parse(at) + Math.trunc(awayMs / closeness) }));
  test.each(['hour', 'day', 'week', 'month'] as const)('of a %s hold every time and bound the next, in all zones', (unit) => {
    fc.assert(
      fc.property(fc.oneof(anyTime, nearChange), ({ timeZone, time }) => {
        const assigner = calendar(unit, { timeZone }).build();
        const start = assigner.sliceOf(time as EventTime);
        const end = assigner.lastEndOf(start);
        expect(start).toBeLessThanOrEqual(time);
        expect(end).toBeGreaterThan(time);
        expect(assigner.firstEndOf(start)).toBe(end);
        expect(assigner.sliceOf(end)).toBe(end);
        expect(assigner.startOf(end)).toBe(start);
        expect(assigner.nextEnd(end)).toBe(assigner.lastEndOf(assigner.sliceOf(end)));
      }),
      { numRuns: 400 },
    );
  });

  test.each<[string, () => unknown, string]>([
    ['an unknown unit', () => calendar('year' as CalendarUnit).build(), `'year' is not allowed here; allowed: hour, day, week, month`],
    [
      'an unknown zone',
      () => calendar('day', { timeZone: 'Mars/Olympus' }).build(),
      `'Mars/Olympus' is not allowed here; allowed: an IANA time zone`,
    ],
    ['an unknown weekday', () => calendar('week', { weekStart: 'noday' as never }).build(), `'noday' is not allowed here; allowed: monday`],
  ])('%s is refused', (_what, build, message) => {
    expect(build).toThrow(message);
  });
});
