import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  count,
  every,
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
import { type Batch, runBatches } from './engine-run.ts';
import { type Finished, type Happening, sessionWindows, slidingWindows } from './reference-model.ts';

const BOUND_MS = 50;
const BASE = 1_000_000;

type Shape = Omit<WindowContents<Happening>, 'aggregate'>;

function definition(shape: Shape): Pipeline<Happening> {
  return pipeline<Happening>('windows', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(BOUND_MS),
    windows: { w: { ...shape, keyBy: ({ key }) => key, aggregate: { n: count(), total: sum(({ amount }) => amount) } } },
  });
}

/** Events whose disorder, over all shards, stays within the bound; in batches of any size; restarts and firings anywhere. */
const histories = fc
  .record({
    steps: fc.array(
      fc.record({
        ahead: fc.integer({ min: 0, max: 30 }),
        back: fc.integer({ min: 0, max: BOUND_MS }),
        key: fc.constantFrom('a', 'b'),
        amount: fc.integer({ min: -4, max: 9 }),
      }),
      { minLength: 1, maxLength: 60 },
    ),
    cuts: fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 7 }),
        shard: fc.integer({ min: 0, max: 1 }),
        restart: fc.boolean(),
        fires: fc.boolean(),
      }),
      {
        minLength: 60,
        maxLength: 60,
      },
    ),
    base: fc.constantFrom(BASE, -BASE, -40),
  })
  .map(({ steps, cuts, base }) => {
    let clock = base;
    const events = steps.map(({ ahead, back, key, amount }): Happening => {
      clock += ahead;
      return { at: clock - back, key, amount };
    });
    const batches: Batch<Happening>[] = [];
    for (let from = 0; from < events.length; ) {
      const { size, ...cut } = cuts[batches.length] as { size: number; shard: number; restart: boolean; fires: boolean };
      batches.push({ ...cut, events: events.slice(from, from + size) });
      from += size;
    }
    return { events, batches };
  });

/** The last word on every window: the newest pane, or, where panes are withdrawn or add up, what remains of them. */
function lastWord(panes: readonly Pane[]): Finished[] {
  const last = new Map<string, Finished>();
  for (const { key, start, end, count: events, value } of panes) {
    last.set(`${key} ${start} ${end}`, { key, start, end, count: events, total: value.total as number });
  }
  return [...last.values()];
}

function balance(panes: readonly Pane[]): Finished[] {
  const sums = new Map<string, Finished>();
  for (const { key, start, end, count: events, value, pane } of panes) {
    const sign = pane.isRetraction === true ? -1 : 1;
    const name = `${key} ${start} ${end}`;
    const before = sums.get(name) ?? { key, start, end, count: 0, total: 0 };
    sums.set(name, { ...before, count: before.count + sign * events, total: before.total + sign * (value.total as number) });
  }
  return [...sums.values()].filter(({ count: events }) => events !== 0);
}

function sorted(windows: readonly Finished[]): Finished[] {
  return windows.toSorted((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1));
}

async function expectEqual(
  shape: Shape,
  model: (events: readonly Happening[]) => Finished[],
  read: (panes: readonly Pane[]) => Finished[],
) {
  const pipelined = definition(shape);
  await fc.assert(
    fc.asyncProperty(histories, async ({ events, batches }) => {
      const { panes, refused } = await runBatches(pipelined, batches);
      expect(refused).toEqual([]);
      expect(new Set(panes.map(({ id }) => id)).size).toBe(panes.length);
      expect(sorted(read(panes))).toEqual(sorted(model(events)));
    }),
    { numRuns: RUNS, seed: SEED },
  );
}

const RUNS = Number(process.env.REFERENCE_RUNS ?? 150);
// The same histories every time, so that a change is judged by what it changed; other seeds and more runs by the environment.
const SEED = Number(process.env.REFERENCE_SEED ?? -1_327_648_931);

describe('every window equals the reference, whatever the disorder within the bound, the batches, the shards and the restarts', () => {
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
});
