import { boundedOutOfOrderness, count, pipeline, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { requestControl } from '../../shared/control/request-control.ts';
import { Standings } from '../../shared/view/standing.ts';
import { WatchedRun } from './watched-run.ts';

interface Sale {
  readonly at: number;
}

const sales = pipeline<Sale>()('sales', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(10),
  filter: ({ at }) => at % 7 !== 0,
  windows: { minutes: { window: tumbling(60), keyBy: () => 'all', aggregate: { n: count() } } },
});

const at = (...times: number[]) => times.map((time) => ({ at: time }));

describe('how a pipeline stands', () => {
  test('is not known before a function of it has run', async () => {
    const run = new WatchedRun(sales, 'a');
    expect(await new Standings(run.pipeline, run.ports).look()).toBeUndefined();
  });

  test('counts what is committed, whether or not an epoch has taken it in', async () => {
    const run = new WatchedRun(sales, 'a', 'b');
    const standings = new Standings(run.pipeline, run.ports);
    await run.send('a', at(1, 2, 7));
    expect(await standings.look()).toMatchObject({ counts: { read: 3, folded: 2, filtered: 1 }, unreadCommits: 1, state: 'running' });
    await run.send('b', at(80));
    await run.send('a', at(90));
    await run.fire();
    expect(await standings.look()).toMatchObject({
      counts: { read: 5, folded: 4 },
      unreadCommits: 0,
      panesFired: 1,
      openByWindow: { minutes: 1 },
    });
    await run.send('a', at(91, 98));
    await run.send('a', at(92));
    expect(await standings.look()).toMatchObject({
      counts: { read: 8, folded: 5, filtered: 3 },
      conservationDifference: 0,
      unreadCommits: 2,
      isCurrent: true,
    });
  });

  test('names the shard that is behind, and how far each has come', async () => {
    const run = new WatchedRun(sales, 'a', 'b');
    const standings = new Standings(run.pipeline, run.ports);
    await run.send('a', at(100));
    expect(await standings.look()).toMatchObject({
      heldBackBy: 'b',
      shards: [{ shard: 'a', watermark: 89, lagMs: 999_911 }, { shard: 'b' }],
    });
    await run.send('b', at(90));
    await run.fire();
    await run.send('b', at(200));
    expect(await standings.look()).toMatchObject({
      heldBackBy: 'a',
      watermark: 89,
      lagMs: 999_911,
      shards: [
        { shard: 'a', watermark: 89 },
        { shard: 'b', watermark: 189 },
      ],
    });
  });

  test('does not wait for a shard that was left out, until something comes of it', async () => {
    const run = new WatchedRun(sales, 'a', 'b', 'c');
    const standings = new Standings(run.pipeline, run.ports);
    await run.send('a', at(50));
    await run.send('b', at(55));
    await run.send('c', at(60));
    run.nowMs += 60_000;
    await run.send('b', at(155));
    await run.send('c', at(160));
    run.isSilent = true;
    await run.fire();
    expect(await standings.look()).toMatchObject({
      panesFired: 2,
      heldBackBy: 'b',
      shards: [{ shard: 'a', leftOut: 'idle' }, { shard: 'b' }, { shard: 'c' }],
    });
    await run.send('a', at(152));
    const { heldBackBy, shards: [first] = [] } = (await standings.look()) ?? {};
    expect(heldBackBy).toBe('a');
    expect(first).not.toHaveProperty('leftOut');
  });

  test('says that it is paused, what was asked for and is not obeyed yet, and that it is drained', async () => {
    const run = new WatchedRun(sales, 'a');
    const standings = new Standings(run.pipeline, run.ports);
    await run.send('a', at(1));
    await requestControl('sales', 'pause', run.ports);
    expect(await standings.look()).toMatchObject({ state: 'running', pending: [{ action: 'pause' }] });
    await run.fire();
    expect(await standings.look()).toMatchObject({ state: 'paused', pending: [] });
    await run.drain();
    const drained = await standings.look();
    expect(drained).toMatchObject({ state: 'drained' });
    // It waits for nothing any more.
    expect(drained).not.toHaveProperty('heldBackBy');
  });
});
