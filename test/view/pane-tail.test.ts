import fc from 'fast-check';
import { boundedOutOfOrderness, count, pipeline, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { PaneTail, type TailPlace } from '../../shared/view/pane-tail.ts';
import { WatchedRun } from './watched-run.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
}

const salesIn = (lanes: number) =>
  pipeline<Sale>('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    lanes,
    windows: { shops: { keyBy: ({ shop }) => shop, window: tumbling(10), aggregate: { sales: count() } } },
  });

const anyShops = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e'), { minLength: 1, maxLength: 6 });

describe('following the panes of a pipeline', () => {
  test('brings each once, in the order of its lane, wherever somebody breaks off and goes on', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(1, 3),
        fc.array(fc.record({ shops: anyShops, breaksOffAt: fc.option(fc.nat({ max: 5 })) }), { minLength: 1, maxLength: 10 }),
        async (lanes, steps) => {
          const run = new WatchedRun(salesIn(lanes), 'a');
          let tail = await PaneTail.from(run.pipeline, run.store);
          const seen: string[] = [];
          for (const [step, { shops, breaksOffAt }] of steps.entries()) {
            await run.send(
              'a',
              shops.map((shop) => ({ at: step * 10, shop })),
            );
            await run.fire();
            const parts = await tail.look();
            const taken = breaksOffAt === null ? parts : parts.slice(0, breaksOffAt);
            seen.push(...taken.map(({ pane }) => pane.id));
            const last = taken.at(-1);
            if (breaksOffAt !== null && last !== undefined) tail = await PaneTail.from(run.pipeline, run.store, last.places);
            if (breaksOffAt !== null && last === undefined && parts.length > 0) seen.push(...parts.map(({ pane }) => pane.id));
          }
          seen.push(...(await tail.look()).map(({ pane }) => pane.id));
          const laneOf = new Map(run.panes.map(({ id, epoch }) => [id, epoch.lane ?? 0]));
          const byLane = (ids: readonly string[]) => Map.groupBy(ids, (id) => laneOf.get(id));
          expect(byLane(seen)).toEqual(byLane(run.panes.map(({ id }) => id)));
        },
      ),
      { numRuns: 60 },
    );
  });

  test('begins at the first pane of a table that has begun anew, for who followed the one before', async () => {
    const run = new WatchedRun(salesIn(1), 'a');
    const farther: readonly TailPlace[] = [{ after: 40 as TailPlace['after'], seen: 1 }];
    const tail = await PaneTail.from(run.pipeline, run.store, farther);
    await run.send('a', [
      { at: 1, shop: 'a' },
      { at: 11, shop: 'b' },
    ]);
    await run.fire();
    expect((await tail.look()).map(({ pane }) => pane.key)).toEqual(['a']);
  });

  test('begins with what is fired from now on, for who has followed nothing', async () => {
    const run = new WatchedRun(salesIn(1), 'a');
    await run.send('a', [{ at: 1, shop: 'a' }]);
    await run.drain();
    expect(await (await PaneTail.from(run.pipeline, run.store)).look()).toEqual([]);
  });
});
