import fc from 'fast-check';
import { boundedOutOfOrderness, count, type Pane, pipeline, session, sum, tumbling, type WindowOptions } from 'mullion';
import { expect, test } from 'vitest';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { runBatches } from './engine-run.ts';
import { inOrder } from './final-values.ts';
import { lateEvents, RUNS, SEED, TIMEOUT_MS } from './histories.ts';
import { type Finished, type Happening, sessionWindows, slidingWindows } from './reference-model.ts';

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
    fc.asyncProperty(lateEvents, async (events) => {
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
    { numRuns: RUNS, seed: SEED },
  );
  // The histories are what they should be: some events too late, some late windows fired again.
  expect(late).toBeGreaterThan(RUNS / 2);
  expect(again).toBeGreaterThan(RUNS / 2);
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

test('tumbling windows equal the reference over the events that were taken', { timeout: TIMEOUT_MS }, () =>
  expectAcceptedEqual({ window: tumbling(50), allowedLateness: 60 }, (events) => slidingWindows(events, 50, 50, 0)),
);

test('sessions equal the reference over the events that were taken, late bridges and all', { timeout: TIMEOUT_MS }, () =>
  expectAcceptedEqual({ window: session(30), allowedLateness: 60 }, (events) => sessionWindows(events, () => 30)),
);

test('sessions with a longest duration equal the reference over the events that were taken', { timeout: TIMEOUT_MS }, () =>
  expectAcceptedEqual({ window: session(30, { maxDuration: 100 }), allowedLateness: 60 }, (events) =>
    sessionWindows(events, () => 30, 100),
  ),
);
