import fc from 'fast-check';
import { afterCount, boundedOutOfOrderness, count, pipeline, session, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { laneOf } from '../../shared/pipeline/lane.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { type HistoryPlace, PaneHistory, type PaneQuery } from '../../shared/view/pane-history.ts';
import { WatchedRun } from './watched-run.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
}

const sales = (lanes: number) =>
  pipeline<Sale>()('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(10),
    idleness: 'hold',
    lanes,
    windows: {
      minutes: { window: tumbling(60), allowedLateness: 100, keyBy: ({ shop }) => shop, aggregate: { n: count() } },
      visits: {
        window: session(25),
        allowedLateness: 30,
        accumulation: 'retracting',
        keyBy: ({ shop }) => shop,
        aggregate: { n: count() },
      },
      eager: { window: tumbling(90), trigger: { early: afterCount(2) }, keyBy: ({ shop }) => shop, aggregate: { n: count() } },
    },
  });

const history = fc.array(
  fc.array(fc.record({ back: fc.integer({ min: 0, max: 80 }), shop: fc.constantFrom('n1', 'n2', 's"1') }), { minLength: 1, maxLength: 5 }),
  { minLength: 3, maxLength: 20 },
);
const queries: fc.Arbitrary<PaneQuery> = fc.record(
  {
    window: fc.constantFrom('minutes', 'visits', 'eager'),
    key: fc.constantFrom('n1', 's"1', 'nobody'),
    from: fc.integer({ min: -50, max: 300 }).map((time) => time as EventTime),
    to: fc.integer({ min: -50, max: 300 }).map((time) => time as EventTime),
  },
  { requiredKeys: [] },
);

async function allPages(panes: PaneHistory, query: PaneQuery, limit: number): Promise<Pane[]> {
  const items: Pane[] = [];
  for (let behind: HistoryPlace | undefined; ; ) {
    const page = await panes.panes(query, limit, behind);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    items.push(...page.items);
    if (page.next === undefined) return items;
    behind = page.next;
  }
}

describe('the history of panes', () => {
  test('is what was published, newest first in each lane, whatever is asked for and however long a page is', async () => {
    await fc.assert(
      fc.asyncProperty(history, queries, fc.constantFrom(1, 2), fc.integer({ min: 1, max: 7 }), async (batches, query, lanes, limit) => {
        const run = new WatchedRun(sales(lanes), 'a');
        let clock = 0;
        for (const events of batches) {
          clock += 20;
          await run.send(
            'a',
            events.map(({ back, shop }) => ({ at: clock - back, shop })),
          );
          await run.fire();
        }
        const { window, key, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query;
        const meant = run.panes.filter(
          (pane) => pane.window === (window ?? pane.window) && pane.key === (key ?? pane.key) && pane.end > from && pane.end <= to,
        );
        const expected = Array.from({ length: lanes }, (_each, lane) =>
          meant.filter((pane) => laneOf(pane.key, lanes) === lane).toReversed(),
        ).flat();
        expect(await allPages(new PaneHistory(run.pipeline, run.store), query, limit)).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });

  test('of a pipeline that has fired nothing is empty', async () => {
    const run = new WatchedRun(sales(1), 'a');
    expect(await new PaneHistory(run.pipeline, run.store).panes({}, 10)).toEqual({ items: [], isCurrent: true });
  });
});
