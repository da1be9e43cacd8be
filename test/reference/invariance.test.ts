import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  count,
  onEvent,
  type Pane,
  pipeline,
  session,
  sliding,
  sum,
  tumbling,
  type WindowOptions,
} from 'mullion';
import { describe, expect, test } from 'vitest';
import { type Batch, runBatches } from './engine-run.ts';
import { balance, lastWord, withoutWatermark } from './final-values.ts';
import { BOUND, batchesOf, cuts, eventsInBound, lateEvents, RUNS, SEED, TIMEOUT_MS } from './histories.ts';
import type { Finished, Happening } from './reference-model.ts';

type Shape = Pick<WindowOptions<Happening>, 'window' | 'allowedLateness' | 'trigger' | 'accumulation'>;

const shapes: [string, Shape, (panes: readonly Pane[]) => Finished[]][] = [
  ['sliding windows', { window: sliding(50, 20), allowedLateness: 35 }, lastWord],
  ['sliding windows, discarding', { window: sliding(60, 20), accumulation: 'discarding', trigger: { early: afterCount(2) } }, balance],
  ['sessions', { window: session(15), accumulation: 'retracting', allowedLateness: 35, trigger: { early: afterCount(2) } }, balance],
  ['sessions with a longest duration', { window: session(25, { maxDuration: 60 }), allowedLateness: 20 }, lastWord],
  [
    'tumbling windows, critical events early',
    {
      window: tumbling(40, { offset: -7 }),
      allowedLateness: 60,
      accumulation: 'retracting',
      trigger: { early: onEvent<Happening>(({ amount }) => amount > 7), onTime: 'ifChanged', late: afterCount(2) },
    },
    balance,
  ],
];

const definition = (shape: Shape) =>
  pipeline<Happening>('invariance', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(BOUND),
    windows: { w: { ...shape, keyBy: ({ key }) => key, aggregate: { n: count(), total: sum(({ amount }) => amount) } } },
  });

describe('any batching and any shard assignment of the same events gives the same final values', { timeout: TIMEOUT_MS }, () => {
  test.each(shapes)('%s', async (_name, shape, read) => {
    const pipelined = definition(shape);
    await fc.assert(
      fc.asyncProperty(eventsInBound(), cuts, cuts, async (events, one, other) => {
        const first = await runBatches(pipelined, batchesOf(events, one));
        const second = await runBatches(pipelined, batchesOf(events, other));
        expect(read(first.panes)).toEqual(read(second.panes));
        expect([first.refused, second.refused]).toEqual([[], []]);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});

describe('a restart after every step changes nothing: the same panes and refusals, in the same order', { timeout: TIMEOUT_MS }, () => {
  const restarted = (batches: readonly Batch<Happening>[], restart: boolean) => batches.map((batch) => ({ ...batch, restart }));

  test.each(shapes)('%s, much of it late', async (_name, shape) => {
    const pipelined = definition(shape);
    let late = 0;
    await fc.assert(
      fc.asyncProperty(lateEvents, cuts, async (events, all) => {
        const batches = batchesOf(events, all);
        const kept = await runBatches(pipelined, restarted(batches, false));
        const forgotten = await runBatches(pipelined, restarted(batches, true));
        expect(forgotten.panes).toEqual(kept.panes);
        expect(forgotten.refused.map(withoutWatermark)).toEqual(kept.refused.map(withoutWatermark));
        late += kept.refused.length;
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(late).toBeGreaterThan(0);
  });
});
