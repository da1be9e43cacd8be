import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  count,
  every,
  groupingSets,
  onEvent,
  type Pane,
  pipeline,
  session,
  sliding,
  sum,
  topK,
  tumbling,
} from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { FireLanes } from '../../shared/firing/fire-lanes.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import { explain } from '../../shared/provenance/explain.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Sale {
  readonly id: string;
  readonly at: number;
  readonly shop: string;
  readonly product: string;
  readonly amount: number;
}

const BOUND_MS = 50;
const LANES = [1, 2, 3, 7];

/** A bit of everything, and windows whose keys are in different lanes for one event. */
const sales = (lanes: number) =>
  pipeline<Sale>()('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(BOUND_MS),
    // Otherwise events are late for a shard that was silent for long.
    idleness: 'hold',
    dedupe: { by: ({ id }) => id, within: '1h' },
    lanes,
    windows: {
      shops: {
        window: tumbling(100),
        keyBy: ({ shop }) => shop,
        allowedLateness: 60,
        aggregate: { sales: count(), total: sum(({ amount }) => amount) },
      },
      cube: {
        window: sliding(120, 40),
        groupBy: groupingSets([['shop', 'product'], ['product'], []]),
        accumulation: 'discarding',
        trigger: { early: afterCount(3), late: every('2s') },
        aggregate: { sales: count(), products: topK(({ product }) => product, 2) },
      },
      visits: {
        window: session(40, { maxDuration: 90 }),
        keyBy: ({ shop, product }) => `${shop} ${product}`,
        accumulation: 'retracting',
        allowedLateness: 80,
        trigger: { early: onEvent(({ amount }) => amount > 8) },
        aggregate: { sales: count() },
      },
    },
  });

type Step =
  | { readonly kind: 'send'; readonly shard: string; readonly sales: readonly Sale[] }
  | { readonly kind: 'wait'; readonly ms: number }
  | { readonly kind: 'restart' }
  | { readonly kind: 'drain' };

/** @param backMs How far out of order events come. */
const steps = (backMs: fc.Arbitrary<number>): fc.Arbitrary<Step[]> =>
  fc
    .array(
      fc.oneof(
        {
          weight: 8,
          arbitrary: fc.record({
            kind: fc.constant('send' as const),
            shard: fc.constantFrom('a', 'b'),
            sales: fc.array(
              fc.record({
                ahead: fc.integer({ min: 0, max: 40 }),
                back: backMs,
                shop: fc.constantFrom('s1', 's2', 's3', 's4'),
                product: fc.constantFrom('tea', 'milk', 'salt'),
                amount: fc.integer({ min: 0, max: 9 }),
                repeats: fc.boolean(),
              }),
              { minLength: 1, maxLength: 6 },
            ),
          }),
        },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.constantFrom(500, 3_000) }) },
        { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
      ),
      { minLength: 1, maxLength: 25 },
    )
    .map((raw): Step[] => {
      let clock = 1_000;
      let ids = 0;
      const known = raw.map((step): Step => {
        if (step.kind !== 'send') return step;
        const made = step.sales.map(({ ahead, back, repeats, ...sale }): Sale => {
          clock += ahead;
          if (!repeats) ids++;
          return { ...sale, id: `sale ${ids}`, at: clock - back };
        });
        return { ...step, sales: made };
      });
      return [...known, { kind: 'drain' }];
    });

/** What was said, without where it stands among the firings of its lane. */
async function run(lanes: number, all: readonly Step[]) {
  const driver = new TestDriver(sales(lanes), { shards: ['a', 'b'] });
  const said: string[][] = [];
  for (const step of all) {
    let panes: readonly Pane[] = [];
    if (step.kind === 'send') panes = await driver.send(step.sales, { shard: step.shard });
    else if (step.kind === 'wait') panes = await driver.advanceClock(step.ms);
    else if (step.kind === 'drain') panes = await driver.drain();
    else driver.restart();
    said.push(panes.map(({ epoch: _place, ...pane }) => JSON.stringify(pane)).sort());
  }
  return {
    said,
    watermark: driver.watermark(),
    counts: driver.counts(),
    lateByWindow: driver.lateByWindow(),
    open: driver.openWindows(),
    refused: driver
      .sideOutput()
      .map((refusal) => JSON.stringify(refusal))
      .sort(),
  };
}

const RUNS = { numRuns: Number(process.env.LANES_RUNS ?? 60), seed: Number(process.env.LANES_SEED ?? 5) };
const inBound = fc.integer({ min: 0, max: BOUND_MS });

test('the results are the same for any number of lanes', { timeout: 120_000 }, async () => {
  let panes = 0;
  await fc.assert(
    fc.asyncProperty(steps(inBound), async (all) => {
      const [one, ...more] = await Promise.all(LANES.map((lanes) => run(lanes, all)));
      for (const each of more) expect(each).toEqual(one);
      expect(one?.refused).toEqual([]);
      panes += one?.said.flat().length ?? 0;
    }),
    RUNS,
  );
  expect(panes).toBeGreaterThan(1_000);
});

// Which events are late depends on when the lane of their key has fired last, as it depends on when anything has fired.
test('every event is in its window or counted as late, in any number of lanes', { timeout: 120_000 }, async () => {
  let late = 0;
  const histories = steps(fc.oneof(inBound, fc.integer({ min: 0, max: 900 })));
  await fc.assert(
    fc.asyncProperty(histories, fc.constantFrom(...LANES), async (all, lanes) => {
      const { said, counts, lateByWindow } = await run(lanes, all);
      const last = new Map<string, Pane>();
      for (const pane of said.flat().map((text) => JSON.parse(text) as Pane)) {
        const place = `${pane.start} ${pane.key}`;
        if (pane.window === 'shops' && (last.get(place)?.pane.index ?? -1) < pane.pane.index) last.set(place, pane);
      }
      const inWindows = [...last.values()].reduce((total, pane) => total + pane.count, 0);
      expect(inWindows + (lateByWindow.shops ?? 0)).toBe(counts.read - (counts.duplicate ?? 0));
      late += lateByWindow.shops ?? 0;
    }),
    RUNS,
  );
  expect(late).toBeGreaterThan(50);
});

describe('a lane', () => {
  const sale = (shop: string, at = 10): Sale => ({ id: `${shop} ${at}`, at, shop, product: 'tea', amount: 1 });

  test('fires its own keys, in an order of its own, and says which it is', async () => {
    const driver = new TestDriver(sales(4));
    await driver.send(['s1', 's2', 's3', 's4', 's5', 's6'].map((shop) => sale(shop)));
    const panes = await driver.drain();
    const lanes = Map.groupBy(panes, ({ epoch }) => epoch.lane ?? 0);
    expect(lanes.size).toBeGreaterThan(2);
    for (const own of lanes.values()) expect(own.map(({ epoch }) => epoch.index)).toEqual([...own.keys()]);
    const laneOf = Map.groupBy(
      panes.filter(({ window }) => window === 'shops'),
      ({ key }) => key,
    );
    expect(laneOf.size).toBe(6);
  });

  test('is found again by where a pane comes from', async () => {
    const definition = sales(5);
    const ports = {
      logStore: new MemoryLogStore(),
      outputStream: new MemoryPublisher(),
      sideStream: new MemoryPublisher(),
      shards: fixedShards(SHARD),
      shardProbe: busyShards,
      clock: { nowMs: () => 1_000 },
    };
    const made = ['s1', 's2', 's3', 's1'].map((shop, index) => sale(shop, 10 + index));
    const ingest = new Ingest(definition, ports);
    for (const [index, each] of made.entries()) await ingest.ingest(SHARD, [delivered(index, JSON.stringify(each))]);
    await new FireLanes(definition, ports).drain();
    const panes = ports.outputStream.documents<Pane>();
    expect(new Set(panes.map(({ epoch }) => epoch.lane)).size).toBeGreaterThan(2);
    for (const { id, count: events } of panes) {
      expect(await explain(definition as never, ports.logStore, id)).toMatchObject({ accounts: 'balanced', events });
    }
  });

  test('is not one of another number of lanes: the change is refused, and named', async () => {
    const driver = new TestDriver(sales(2));
    await driver.send([sale('s1')]);
    driver.restart(sales(3));
    await expect(driver.send([sale('s1', 20)])).rejects.toThrow('lanes: was 2, is 3');
  });

  test.each([0, 65, 1.5, '2'])('a pipeline has 1 to 64 of them, not %o', (lanes) => {
    expect(() => sales(lanes as number)).toThrow(/lanes.*a whole number from 1 to 64/);
  });
});
