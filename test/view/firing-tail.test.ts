import { boundedOutOfOrderness, count, pipeline, session, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import type { Position } from '../../shared/log/position.ts';
import { FiringTail, type Sight } from '../../shared/view/firing-tail.ts';
import { WatchedRun } from './watched-run.ts';

interface Sale {
  readonly at: number;
  readonly store: string;
}

const sales = pipeline<Sale>()('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: {
    minutes: { window: tumbling(60), keyBy: ({ store }) => store, allowedLateness: 1_000, aggregate: { n: count() } },
    visits: { window: session(10), keyBy: ({ store }) => store, aggregate: { n: count() } },
  },
});

const ALL: Sight = { windows: ['minutes', 'visits'], prefix: '' };
const MINUTES: Sight = { windows: ['minutes'], prefix: '' };

function sold(stores: number, at: number): Sale[] {
  return Array.from({ length: stores }, (_each, index) => ({ at, store: `store-${index}` }));
}

async function tail(run: WatchedRun<Sale>, sight = ALL, places?: readonly Position[]) {
  return FiringTail.from(run.pipeline, run.store, sight, places);
}

describe('the firings that somebody watches', () => {
  test('are told by window, all keys together, and each once', async () => {
    const run = new WatchedRun(sales, 'a');
    const watching = await tail(run);
    await run.send('a', [...sold(3, 1), ...sold(2, 2), ...sold(1, 60)]);
    await run.fire();
    const { fired, panes } = await watching.look();
    expect(fired.filter(({ window }) => window === 'minutes')).toMatchObject([
      { start: 0, end: 60, timing: 'ON_TIME', panes: 3, events: 5, lane: 0, epoch: 1 },
    ]);
    expect(panes.map(({ id }) => id)).toEqual(run.panes.map(({ id }) => id).toReversed());
    expect(await watching.look()).toEqual({ fired: [], panes: [] });
  });

  test('tell late panes of a window apart from those on time', async () => {
    const run = new WatchedRun(sales, 'a');
    await run.send('a', [...sold(1, 1), ...sold(1, 60)]);
    await run.fire();
    await run.send('a', sold(1, 30));
    await run.fire();
    const { fired } = await (await tail(run, MINUTES)).look();
    expect(fired).toMatchObject([
      { start: 0, timing: 'ON_TIME', events: 1 },
      { start: 0, timing: 'LATE', events: 2 },
    ]);
  });

  test('are only of the window and the keys that are meant', async () => {
    const run = new WatchedRun(sales, 'a');
    await run.send('a', [...sold(12, 1), ...sold(1, 60)]);
    await run.fire();
    const { fired, panes } = await (await tail(run, { ...MINUTES, prefix: 'store-1' })).look();
    expect(fired).toMatchObject([{ window: 'minutes', panes: 3, events: 3 }]);
    expect(panes.map(({ key }) => key).toSorted()).toEqual(['store-1', 'store-10', 'store-11']);
  });

  test('say about as much of ten thousand keys as of a hundred', async () => {
    const run = new WatchedRun(sales, 'a');
    await run.send('a', [...sold(10_000, 1), ...sold(1, 60)]);
    await run.fire();
    const { fired, panes } = await (await tail(run)).look();
    expect(fired.find(({ window }) => window === 'minutes')).toMatchObject({ panes: 10_000, events: 10_000 });
    expect(fired.filter(({ window }) => window === 'visits')).toHaveLength(100);
    expect(panes).toHaveLength(40);
  });

  test('go on where somebody stopped, and begin anew where there is no such place', async () => {
    const run = new WatchedRun(sales, 'a');
    for (const at of [1, 61, 121]) {
      await run.send('a', sold(1, at));
      await run.fire();
    }
    const before = await tail(run, MINUTES);
    expect((await before.look()).fired.map(({ start }) => start)).toEqual([0, 60]);
    await run.send('a', sold(1, 181));
    await run.fire();
    const after = await tail(run, MINUTES, before.places);
    expect((await after.look()).fired.map(({ start }) => start)).toEqual([120]);
    const other = await tail(run, MINUTES, [1_000 as Position]);
    expect((await other.look()).fired.map(({ start }) => start)).toEqual([0, 60, 120]);
  });
});
