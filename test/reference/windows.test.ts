import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  type CalendarUnit,
  calendar,
  count,
  every,
  global,
  onEvent,
  type Pane,
  pipeline,
  session,
  sliding,
  sum,
  tumbling,
  type WindowContents,
} from 'mullion';
import { describe, expect, test } from 'vitest';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { CivilWindows } from './civil-windows.ts';
import { runBatches } from './engine-run.ts';
import { balance, inOrder, lastWord } from './final-values.ts';
import { BOUND, batchesOf, cuts, eventsInBound, RUNS, SEED, TIMEOUT_MS } from './histories.ts';
import { type Finished, fixedWindows, globalWindow, type Happening, sessionWindows, slidingWindows } from './reference-model.ts';

type Shape = Omit<WindowContents<Happening>, 'aggregate'>;

function definition(shape: Shape, tickMs = 1): Pipeline<Happening> {
  return pipeline<Happening>('windows', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(BOUND * tickMs),
    windows: { w: { ...shape, keyBy: ({ key }) => key, aggregate: { n: count(), total: sum(({ amount }) => amount) } } },
  });
}

async function expectEqual(
  shape: Shape,
  model: (events: readonly Happening[]) => Finished[],
  read: (panes: readonly Pane[]) => Finished[],
  { bases, tickMs = 1 }: { bases?: number[]; tickMs?: number } = {},
) {
  const pipelined = definition(shape, tickMs);
  await fc.assert(
    fc.asyncProperty(eventsInBound({ ...(bases === undefined ? {} : { bases }), tickMs }), cuts, async (events, all) => {
      const { panes, refused } = await runBatches(pipelined, batchesOf(events, all));
      expect(refused).toEqual([]);
      expect(new Set(panes.map(({ id }) => id)).size).toBe(panes.length);
      expect(read(panes)).toEqual(inOrder(model(events)));
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

describe('every window equals the reference, whatever the disorder within the bound, the batches, the shards and the restarts', {
  timeout: TIMEOUT_MS,
}, () => {
  const slides: [string, Shape['window'], number, number, number][] = [
    ['tumbling', tumbling(40), 40, 40, 0],
    ['tumbling with an offset', tumbling(40, { offset: -7 }), 40, 40, -7],
    ['sliding, the slide divides the size', sliding(60, 20), 60, 20, 0],
    ['sliding, it does not', sliding(50, 20, { offset: 3 }), 50, 20, 3],
    ['sliding, many slices', sliding(90, 3), 90, 3, 0],
  ];
  const lateness: [string, Pick<Shape, 'allowedLateness'>][] = [
    ['', {}],
    [', with lateness', { allowedLateness: 35 }],
  ];
  for (const [name, window, size, slide, offset] of slides) {
    for (const [suffix, late] of lateness) {
      test(`${name}${suffix}`, () => expectEqual({ window, ...late }, (events) => slidingWindows(events, size, slide, offset), lastWord));
    }
  }

  const early: [string, NonNullable<Shape['trigger']>][] = [
    ['after two events', { early: afterCount(2) }],
    ['every three seconds', { early: every('3s') }],
    ['on events that matter', { early: onEvent<Happening>(({ amount }) => amount > 7, { fallback: '5s' }), onTime: 'ifChanged' }],
  ];
  for (const [when, trigger] of early) {
    test(`sliding, early ${when}, accumulating`, () =>
      expectEqual({ window: sliding(60, 20), trigger }, (events) => slidingWindows(events, 60, 20, 0), lastWord));
    test(`sliding, early ${when}, discarding: panes add up`, () =>
      expectEqual(
        { window: sliding(50, 20), trigger, accumulation: 'discarding' },
        (events) => slidingWindows(events, 50, 20, 0),
        balance,
      ));
    test(`tumbling, early ${when}, retracting: what is left after withdrawals`, () =>
      expectEqual(
        { window: tumbling(40), trigger, accumulation: 'retracting', allowedLateness: 20 },
        (events) => slidingWindows(events, 40, 40, 0),
        balance,
      ));
    test(`sessions, early ${when}, retracting: what is left after withdrawals`, () =>
      expectEqual({ window: session(15), trigger, accumulation: 'retracting' }, (events) => sessionWindows(events, () => 15), balance));
    test(`sessions with a longest duration, early ${when}, retracting`, () =>
      expectEqual(
        { window: session(15, { maxDuration: 40 }), trigger, accumulation: 'retracting' },
        (events) => sessionWindows(events, () => 15, 40),
        balance,
      ));
  }

  test('sessions', () => expectEqual({ window: session(15) }, (events) => sessionWindows(events, () => 15), lastWord));
  test('sessions, with lateness', () =>
    expectEqual({ window: session(15), allowedLateness: 30 }, (events) => sessionWindows(events, () => 15), lastWord));
  test('sessions with a longest duration', () =>
    expectEqual({ window: session(25, { maxDuration: 60 }) }, (events) => sessionWindows(events, () => 25, 60), lastWord));
  test('sessions whose gap depends on the event', () => {
    const gap = ({ amount }: Happening) => (amount > 4 ? 30 : 5);
    return expectEqual({ window: session(gap, { maxGap: 30 }) }, (events) => sessionWindows(events, gap), lastWord);
  });

  const minuteMs = 60_000;
  const civil: [CalendarUnit, string, number, string[]][] = [
    ['hour', 'America/New_York', minuteMs, ['2024-03-10T03:00Z', '2024-11-03T02:00Z']],
    ['hour', 'Australia/Lord_Howe', minuteMs, ['2024-04-06T12:00Z', '2024-10-05T12:00Z']],
    ['day', 'Europe/Berlin', 12 * minuteMs, ['2024-03-29T12:00Z', '2024-10-26T00:00Z', '1969-12-30T00:00Z']],
    ['day', 'America/Sao_Paulo', 12 * minuteMs, ['2018-11-03T00:00Z', '2018-02-16T00:00Z']],
    ['week', 'America/New_York', 120 * minuteMs, ['2024-03-01T00:00Z', '2024-10-20T00:00Z']],
    ['month', 'Pacific/Apia', 480 * minuteMs, ['2011-12-01T00:00Z', '2024-02-01T00:00Z']],
  ];
  for (const [unit, timeZone, tickMs, dates] of civil) {
    const windows = new CivilWindows(unit, timeZone);
    const bases = dates.map((date) => Date.parse(date));
    test(`calendar, the ${unit} in ${timeZone}`, () =>
      expectEqual({ window: calendar(unit, { timeZone }) }, (events) => fixedWindows(events, (time) => windows.holding(time)), lastWord, {
        bases,
        tickMs,
      }));
  }
  test('calendar, the week from Sunday, discarding, early after two events', () => {
    const windows = new CivilWindows('week', 'Europe/Berlin', 0);
    return expectEqual(
      {
        window: calendar('week', { timeZone: 'Europe/Berlin', weekStart: 'sunday' }),
        accumulation: 'discarding',
        trigger: { early: afterCount(2) },
      },
      (events) => fixedWindows(events, (time) => windows.holding(time)),
      balance,
      { bases: [Date.parse('2024-03-25T00:00Z')], tickMs: 60 * minuteMs },
    );
  });

  test('global, at the drain', () => expectEqual({ window: global() }, globalWindow, lastWord));
  for (const [when, trigger] of early) {
    test(`global, early ${when}`, () =>
      expectEqual({ window: global(), trigger: { ...trigger, onTime: 'always' } }, globalWindow, lastWord));
    test(`global, early ${when}, discarding: panes add up`, () =>
      expectEqual({ window: global(), trigger, accumulation: 'discarding' }, globalWindow, balance));
    test(`global, early ${when}, retracting`, () =>
      expectEqual({ window: global(), trigger, accumulation: 'retracting' }, globalWindow, balance));
  }
});
