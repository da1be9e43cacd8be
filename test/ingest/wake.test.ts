import fc from 'fast-check';
import {
  afterCount,
  boundedOutOfOrderness,
  calendar,
  count,
  every,
  global,
  onEvent,
  pipeline,
  session,
  sliding,
  tumbling,
  type WindowOptions,
} from 'mullion';
import { describe, expect, test } from 'vitest';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { Waker } from '../../shared/ports/waker.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';

interface Reading {
  readonly at: number;
  readonly key: string;
  readonly severe?: boolean;
}

type Shape = Pick<WindowOptions<Reading>, 'window' | 'where' | 'allowedLateness' | 'accumulation' | 'trigger'>;

const ARRIVED_AT_MS = 4_000_000_000_000;

/** One shard, its writer, and firing that runs only when a test asks for it. */
class Deployment {
  nowMs = ARRIVED_AT_MS;
  wakes = 0;
  readonly ingest: Ingest<Reading>;
  readonly fire: Fire;
  #records = 0;

  constructor(shape: Shape, waker: Waker = { wake: async () => void this.wakes++ }) {
    const definition = pipeline<Reading>('woken', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: { w: { ...shape, keyBy: ({ key }) => key, aggregate: { n: count() } } },
    });
    const ports = {
      logStore: new MemoryLogStore(),
      outputStream: new MemoryPublisher(),
      sideStream: new MemoryPublisher(),
      shards: fixedShards(SHARD),
      shardProbe: busyShards,
      clock: { nowMs: () => this.nowMs },
      waker,
    };
    this.ingest = new Ingest(definition, ports);
    this.fire = new Fire(definition, ports);
  }

  /** Delivers events as one batch that has just arrived; whether firing was woken for it. */
  async takes(events: readonly Reading[], { lagMs = 0 } = {}): Promise<boolean> {
    const before = this.wakes;
    await this.ingest.ingest(
      SHARD,
      events.map((event) => delivered(++this.#records, JSON.stringify(event), this.nowMs - lagMs)),
    );
    return this.wakes > before;
  }

  /** The same for one event a batch, a second apart. */
  async each(...events: readonly Reading[]): Promise<boolean[]> {
    const woken: boolean[] = [];
    for (const event of events) {
      this.nowMs += 1_000;
      woken.push(await this.takes([event]));
    }
    return woken;
  }
}

const at = (time: number, more: Partial<Reading> = {}): Reading => ({ at: time, key: 'a', ...more });

describe('firing is woken', () => {
  test('when the shard passes the end of a window, once', async () => {
    const deployment = new Deployment({ window: tumbling(10) });
    expect(await deployment.each(at(1), at(5), at(9), at(11), at(12), at(25))).toEqual([false, false, false, true, false, true]);
  });

  test('by an event that the window is not for, when it moves the clock over an end', async () => {
    const deployment = new Deployment({ window: sliding(40, 20), where: ({ severe }) => severe === true });
    expect(await deployment.each(at(5, { severe: true }), at(21), at(22), at(41), at(61))).toEqual([false, true, false, true, false]);
  });

  test('when a session is over', async () => {
    const deployment = new Deployment({ window: session(200) });
    expect(await deployment.each(at(0), at(150, { key: 'b' }), at(199, { key: 'b' }), at(201, { key: 'b' }))).toEqual([
      false,
      false,
      false,
      true,
    ]);
  });

  test('when a late event changes a window that has fired', async () => {
    const deployment = new Deployment({ window: tumbling(10), allowedLateness: 100 });
    expect(await deployment.each(at(1), at(11), at(12), at(2))).toEqual([false, true, false, true]);
  });

  test('at once by an event that matters, however short ago it was woken', async () => {
    const deployment = new Deployment({ window: tumbling(1_000), trigger: { early: onEvent<Reading>(({ severe }) => severe === true) } });
    expect(await deployment.takes([at(1)])).toBe(false);
    expect(await deployment.takes([at(2, { severe: true })])).toBe(true);
    expect(await deployment.takes([at(3), at(4, { severe: true })])).toBe(true);
    expect(await deployment.takes([at(5)])).toBe(false);
  });

  test('when the interval of a trigger is over', async () => {
    const deployment = new Deployment({ window: global(), trigger: { early: every('3s') } });
    expect(await deployment.each(at(1), at(2), at(3), at(4), at(5))).toEqual([true, false, false, true, false]);
  });

  test('four times a second at most, and then for all that has happened meanwhile', async () => {
    const deployment = new Deployment({ window: tumbling(10) });
    const woken: boolean[] = [];
    for (let batch = 0; batch < 12; batch++) {
      woken.push(await deployment.takes([at(batch * 10)]));
      deployment.nowMs += 100;
    }
    expect(woken.map(Number).join('')).toBe('010010010010');
    deployment.nowMs += 50;
    // The last ends were passed within the interval; a commit that passes none makes up for them.
    expect(await deployment.takes([at(111)])).toBe(true);
    deployment.nowMs += 250;
    expect(await deployment.takes([at(112)])).toBe(false);
  });

  test('every ten seconds while the shard lags behind its stream, also by events that matter', async () => {
    const deployment = new Deployment({ window: tumbling(10), trigger: { early: onEvent<Reading>(({ severe }) => severe === true) } });
    let woken = 0;
    for (let batch = 0; batch < 100; batch++) {
      if (await deployment.takes([at(batch * 10, { severe: true })], { lagMs: 3_600_000 })) woken++;
      deployment.nowMs += 500;
    }
    expect(woken).toBe(5);
  });
});

test('a batch is taken although firing cannot be woken, and the report says why', async () => {
  const deployment = new Deployment({ window: tumbling(10) }, { wake: () => Promise.reject(new Error('throttled')) });
  const records = [delivered(1, JSON.stringify(at(1))), delivered(2, JSON.stringify(at(11)))];
  deployment.nowMs = records[0]?.arrivedAtMs as number;
  expect(await deployment.ingest.ingest(SHARD, records)).toMatchObject({ counts: { folded: 2 }, wakeFailure: 'Error: throttled' });
  expect(await deployment.ingest.ingest(SHARD, records)).toMatchObject({ alreadyCommitted: 2 });
});

const shapes: fc.Arbitrary<Shape> = fc.record({
  window: fc.constantFrom(
    tumbling(40),
    tumbling(40, { offset: -7 }),
    sliding(60, 20),
    sliding(50, 20, { offset: 3 }),
    calendar('hour', { timeZone: 'Europe/Berlin' }),
    global(),
    session(100),
    session(200, { maxDuration: 300 }),
  ),
  allowedLateness: fc.constantFrom(0, 500),
  accumulation: fc.constantFrom('accumulating' as const, 'discarding' as const, 'retracting' as const),
  where: fc.constantFrom(
    () => true,
    ({ key }: Reading) => key === 'a',
  ),
  trigger: fc.record(
    {
      early: fc.constantFrom(
        afterCount(2),
        every('3s'),
        onEvent<Reading>(({ severe }) => severe === true),
      ),
      late: fc.constantFrom(afterCount(2), every('5s')),
    },
    { requiredKeys: [] },
  ),
});

const batches = fc.array(
  fc.array(
    fc.record({
      ahead: fc.integer({ min: 0, max: 90 }),
      back: fc.integer({ min: 0, max: 60 }),
      key: fc.constantFrom('a', 'b'),
      severe: fc.boolean(),
    }),
    { minLength: 1, maxLength: 4 },
  ),
  { minLength: 1, maxLength: 30 },
);

test('whenever a pane would leave after a commit, firing is woken for it', async () => {
  let panes = 0;
  await fc.assert(
    fc.asyncProperty(shapes, batches, async (shape, all) => {
      const deployment = new Deployment(shape);
      let clock = 0;
      for (const batch of all) {
        const events = batch.map(({ ahead, back, key, severe }): Reading => {
          clock += ahead;
          return { at: clock - back, key, severe };
        });
        deployment.nowMs += 1_000;
        const woken = await deployment.takes(events);
        const { published } = await deployment.fire.fire();
        panes += published;
        // Nothing is left to the schedule but sessions whose ends lie within a tenth of a second.
        if (!woken && !shape.window.describe().startsWith('session')) expect(published).toBe(0);
      }
    }),
    { numRuns: 400, seed: 11 },
  );
  expect(panes).toBeGreaterThan(1_000);
});
