import fc from 'fast-check';
import { boundedOutOfOrderness, calendar, count, pipeline, session, sliding, sum, tumbling, type WindowOptions } from 'mullion';
import { describe, expect, test } from 'vitest';
import type { OpenKeyedWindow, OpenWindow } from '../../shared/firing/open-windows.ts';
import { laneOf } from '../../shared/pipeline/lane.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';
import { Standings } from '../../shared/view/standing.ts';
import type { Page } from '../../shared/view/page.ts';
import { WindowQueries } from '../../shared/view/window-queries.ts';
import { WatchedRun } from './watched-run.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
  readonly amount: number;
}

type Shape = Pick<WindowOptions<Sale>, 'window' | 'allowedLateness' | 'accumulation'>;

const SHAPES: [string, Shape][] = [
  ['tumbling', { window: tumbling(40), allowedLateness: 60 }],
  ['sliding', { window: sliding(60, 20) }],
  ['sliding by a slide that does not divide the size', { window: sliding(50, 20), allowedLateness: 30, accumulation: 'retracting' }],
  ['sessions', { window: session(15), allowedLateness: 20 }],
  ['sessions with a longest duration', { window: session(25, { maxDuration: 60 }) }],
  ['calendar days', { window: calendar('day') }],
];

const salesBy = (shape: Shape, lanes: number) =>
  pipeline<Sale>()('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(30),
    idleness: 'hold',
    lanes,
    windows: { shops: { ...shape, keyBy: ({ shop }) => shop, aggregate: { sales: count(), total: sum(({ amount }) => amount) } } },
  });

const batches = fc.array(
  fc.record({
    shard: fc.constantFrom('a', 'b'),
    events: fc.array(
      fc.record({ back: fc.integer({ min: 0, max: 45 }), shop: fc.constantFrom('n1', 'n2', 's1'), amount: fc.integer({ min: 1, max: 9 }) }),
      { minLength: 1, maxLength: 6 },
    ),
    next: fc.constantFrom('fire', 'look', 'checkpoint', 'nothing'),
  }),
  { minLength: 2, maxLength: 12 },
);

/** All pages of a list, one behind the other. */
async function pages<T, P>(read: (behind: P | undefined) => Promise<Page<T, P>>): Promise<T[]> {
  const items: T[] = [];
  for (let behind: P | undefined; ; ) {
    const page = await read(behind);
    items.push(...page.items);
    if (page.next === undefined) return items;
    behind = page.next;
  }
}

const byKeyAndStart = (a: { key: string; start: number }, b: { key: string; start: number }) =>
  a.key < b.key ? -1 : a.key > b.key ? 1 : a.start - b.start;

describe('what is told of open windows is what a drain makes of them', () => {
  test.each(SHAPES)('%s', async (_name, shape) => {
    await fc.assert(
      fc.asyncProperty(batches, fc.constantFrom(1, 3), fc.integer({ min: 1, max: 4 }), async (sent, lanes, limit) => {
        const run = new WatchedRun(salesBy(shape, lanes), 'a', 'b');
        const queries = new WindowQueries(run.pipeline, run.ports);
        let clock = 0;
        for (const { shard, events, next } of sent) {
          clock += 20;
          await run.send(
            shard,
            events.map(({ back, ...sale }) => ({ ...sale, at: clock - back })),
          );
          if (next === 'checkpoint') await run.ask('checkpoint');
          if (next === 'fire' || next === 'checkpoint') await run.fire();
          if (next === 'look') await queries.ofKey('shops', 'n1', limit);
        }
        const keyed = await pages<OpenKeyedWindow, { key: string; start: EventTime }>((behind) =>
          queries.ofKeys('shops', '', limit, behind),
        );
        const windows = await pages((behind: { start: EventTime; end: EventTime; key?: string | undefined } | undefined) =>
          queries.windows('shops', limit, behind),
        );
        const northern = await queries.ofKeys('shops', 'n', 1_000);
        const ofOne = await pages<OpenKeyedWindow, { key: string; start: EventTime }>((behind) =>
          queries.ofKey('shops', 'n1', limit, behind),
        );
        // Who has followed the logs knows what is written down as well as who begins to look now.
        expect(await queries.size()).toEqual(await new WindowQueries(run.pipeline, run.ports).size());
        const standing = await new Standings(run.pipeline, run.ports).look();
        const before = run.panes.length;
        await run.drain();

        const fired = run.panes
          .slice(before)
          .filter(({ pane }) => pane.timing === 'ON_TIME')
          .map(({ key, start, end, count: n, value }) => ({ key, start, end, content: { count: n, value } }))
          .sort(byKeyAndStart);
        // A window that is complete, and takes late events still, has said already what it holds.
        const isSession = run.pipeline.operators[0]?.assigner.merges === true;
        const watermarkOf = (key: string) => standing?.lanes[laneOf(key, lanes)]?.watermark ?? BEGINNING_OF_TIME;
        const open = keyed.filter(({ key, end }) => (isSession ? end : end - 1) > watermarkOf(key));
        expect(open).toEqual(fired);
        expect(northern.items).toEqual(keyed.filter(({ key }) => key.startsWith('n')));
        expect(ofOne).toEqual(keyed.filter(({ key }) => key === 'n1'));
        expect(windows).toEqual(totals(keyed, isSession));
      }),
      { numRuns: 60 },
    );
  });
});

/** The windows of keyed windows, by end, start and key. */
function totals(keyed: readonly OpenKeyedWindow[], isSession: boolean): OpenWindow[] {
  const sums = new Map<string, OpenWindow>();
  for (const { key, start, end, content } of keyed) {
    const id = `${start} ${end} ${isSession ? key : ''}`;
    const { keys = 0, events = 0 } = sums.get(id) ?? {};
    sums.set(id, { start, end, ...(isSession ? { key } : {}), keys: keys + 1, events: events + content.count });
  }
  return [...sums.values()].sort((a, b) => a.end - b.end || a.start - b.start || ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
}

describe('looking', () => {
  test('at a window that the pipeline has not finds nothing', async () => {
    const run = new WatchedRun(salesBy({ window: tumbling(40) }, 1), 'a');
    await run.send('a', [{ at: 1, shop: 'n1', amount: 2 }]);
    const queries = new WindowQueries(run.pipeline, run.ports);
    expect(await queries.windows('others', 10)).toEqual({ items: [], isCurrent: true });
  });

  test('writes nothing, and many who look at once see the same', async () => {
    const run = new WatchedRun(salesBy({ window: tumbling(40) }, 1), 'a');
    await run.send('a', [{ at: 1, shop: 'n1', amount: 2 }]);
    await run.fire();
    await run.send('a', [{ at: 2, shop: 'n1', amount: 3 }]);
    const queries = new WindowQueries(run.pipeline, { ...run.ports, logStore: { ...readOnly(run), append: refuse } });
    const looks = await Promise.all(Array.from({ length: 5 }, () => queries.ofKey('shops', 'n1', 10)));
    for (const look of looks) expect(look.items).toMatchObject([{ content: { count: 2, value: { total: 5 } } }]);
  });
});

function readOnly({ store }: WatchedRun<Sale>): Pick<WatchedRun<Sale>['store'], 'read' | 'last'> {
  return { read: (...where) => store.read(...where), last: (log) => store.last(log) };
}

async function refuse(): Promise<never> {
  throw new Error('somebody who looks must not write');
}
