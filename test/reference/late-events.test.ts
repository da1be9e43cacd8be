import fc from 'fast-check';
import { boundedOutOfOrderness, count, type Pane, pipeline, session, sum, tumbling, type WindowOptions } from 'mullion';
import { expect, test } from 'vitest';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { runBatches } from './engine-run.ts';
import { type Finished, type Happening, sessionWindows, slidingWindows } from './reference-model.ts';

const SEED = Number(process.env.REFERENCE_SEED ?? 1);

/** Events far beyond the bound, one shard, firing after every batch, so that much is late and some of it too late. */
const histories = fc
  .array(
    fc.record({
      ahead: fc.integer({ min: 0, max: 40 }),
      back: fc.integer({ min: 0, max: 250 }),
      key: fc.constantFrom('a', 'b'),
      amount: fc.integer({ min: 0, max: 9 }),
    }),
    { minLength: 5, maxLength: 80 },
  )
  .map((steps) => {
    let clock = 1_000_000;
    // The amount makes every event recognisable on the side stream.
    return steps.map(({ ahead, back, key, amount }, index): Happening => {
      clock += ahead;
      return { at: clock - back, key, amount: index * 10 + amount };
    });
  });

async function expectAcceptedEqual(
  shape: Pick<WindowOptions<Happening>, 'window' | 'allowedLateness'>,
  model: (events: readonly Happening[]) => Finished[],
) {
  const pipelined = pipeline<Happening>('late', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(20),
    windows: {
      w: { ...shape, accumulation: 'retracting', keyBy: ({ key }) => key, aggregate: { n: count(), total: sum(({ amount }) => amount) } },
    },
  });
  let late = 0;
  let again = 0;
  await fc.assert(
    fc.asyncProperty(histories, async (events) => {
      const batches = events.map((event) => ({ shard: 0, events: [event], restart: false, fires: true }));
      const { panes, refused } = await runBatches(pipelined, batches);
      const refusals = refused as RecordRefusal[];
      expect(refusals.every(({ kind }) => kind === 'late')).toBe(true);
      const gone = new Set(refusals.map(({ data }) => Buffer.from(data, 'base64').toString('utf8')));
      late += gone.size;
      again += panes.filter(({ pane }) => pane.timing === 'LATE').length;
      const accepted = events.filter((event) => !gone.has(JSON.stringify(event)));
      expect(standing(panes)).toEqual(inOrder(model(accepted)));
    }),
    { numRuns: 200, seed: SEED },
  );
  // The histories are what they should be: some events too late, some late windows fired again.
  expect(late).toBeGreaterThan(100);
  expect(again).toBeGreaterThan(100);
}

/** What is left when every withdrawn pane is taken out. */
function standing(panes: readonly Pane[]): Finished[] {
  const left = new Map<string, Finished>();
  for (const { key, start, end, count: events, value, pane, id } of panes) {
    const name = id.replace(/:retraction$/, '');
    if (pane.isRetraction === true) expect(left.delete(name)).toBe(true);
    else left.set(name, { key, start, end, count: events, total: value.total as number });
  }
  return inOrder([...left.values()]);
}

function inOrder(windows: readonly Finished[]): Finished[] {
  return windows.toSorted((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1));
}

test('tumbling windows equal the reference over the events that were taken', () =>
  expectAcceptedEqual({ window: tumbling(50), allowedLateness: 60 }, (events) => slidingWindows(events, 50, 50, 0)));

test('sessions equal the reference over the events that were taken, late bridges and all', () =>
  expectAcceptedEqual({ window: session(30), allowedLateness: 60 }, (events) => sessionWindows(events, () => 30)));

test('sessions with a longest duration equal the reference over the events that were taken', () =>
  expectAcceptedEqual({ window: session(30, { maxDuration: 100 }), allowedLateness: 60 }, (events) =>
    sessionWindows(events, () => 30, 100),
  ));
