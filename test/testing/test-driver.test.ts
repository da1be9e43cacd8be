import { boundedOutOfOrderness, count, max, onEvent, pipeline, session, sliding, sum, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';

interface Reading {
  readonly at: number;
  readonly sensor: string;
  readonly amount: number;
}

const readings = pipeline<Reading>()('readings', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(10),
  windows: {
    w: {
      keyBy: ({ sensor }) => sensor,
      window: tumbling(100),
      allowedLateness: 50,
      aggregate: { n: count(), highest: max(({ amount }) => amount) },
    },
  },
});

const at = (time: number, amount = 1, sensor = 's'): Reading => ({ at: time, sensor, amount });
const ON_TIME = { timing: 'ON_TIME', index: 0, isFirst: true, isLast: false };

describe('the test driver', () => {
  test('a transcript: on time, late, too late', async () => {
    const driver = new TestDriver(readings);
    expect(await driver.send([at(5, 3), at(90, 7)])).toEqual([]);
    expect(driver.watermark()).toBe(79);
    expect(driver.openWindows()).toBe(1);
    const onTime = await driver.send([at(110)]);
    expect(onTime).toMatchObject([{ start: 0, end: 100, key: 's', pane: ON_TIME, value: { n: 2, highest: 7 } }]);
    // Results are typed by the window's aggregates.
    expect(onTime[0]?.value.highest).toBe(7);
    expect(await driver.send([at(20, 9)])).toMatchObject([{ pane: { timing: 'LATE', index: 1 }, value: { n: 3, highest: 9 } }]);
    await driver.advanceWatermark(150);
    expect(await driver.send([at(30, 50)])).toEqual([]);
    expect(driver.sideOutput()).toMatchObject([{ kind: 'late', windows: ['w'], watermark: 150 }]);
    expect(await driver.drain()).toMatchObject([{ start: 100, pane: { timing: 'ON_TIME', isLast: true } }]);
  });

  test('the slower shard holds the watermark, an idle one is left out and not forgotten when it returns', async () => {
    const driver = new TestDriver(readings, { shards: ['a', 'b'] });
    await driver.send([at(50)], { shard: 'b' });
    expect(await driver.send([at(150)], { shard: 'a' })).toEqual([]);
    expect(driver.watermark()).toBe(39);
    expect(await driver.idle('b')).toMatchObject([{ start: 0, end: 100, value: { n: 1 } }]);
    expect(driver.watermark()).toBe(139);
    // Late, but within the allowed lateness.
    expect(await driver.send([at(60)], { shard: 'b' })).toMatchObject([{ pane: { timing: 'LATE' }, value: { n: 2 } }]);
    expect(driver.watermark()).toBe(139);
  });

  test('a split: children stand at their parent until they have delivered themselves', async () => {
    const driver = new TestDriver(readings, { shards: ['a'] });
    await driver.send([at(50)]);
    expect(await driver.split('a', ['a1', 'a2'])).toEqual([]);
    expect(await driver.send([at(120)], { shard: 'a1' })).toEqual([]);
    expect(driver.watermark()).toBe(39);
    expect(await driver.send([at(115)], { shard: 'a2' })).toMatchObject([{ start: 0, end: 100 }]);
    expect(driver.watermark()).toBe(104);
  });

  test('a merge: the child stands at the slower parent until it has delivered itself', async () => {
    const driver = new TestDriver(readings, { shards: ['a', 'b'] });
    await driver.send([at(120)], { shard: 'a' });
    await driver.send([at(50)], { shard: 'b' });
    expect(await driver.merge(['a', 'b'], 'c')).toEqual([]);
    expect(driver.watermark()).toBe(39);
    expect(await driver.send([at(130)])).toMatchObject([{ start: 0, end: 100, value: { n: 1 } }]);
    expect(driver.watermark()).toBe(109);
    expect(await driver.send([at(220)])).toMatchObject([{ start: 100, end: 200, value: { n: 2 } }]);
    expect(driver.watermark()).toBe(209);
  });

  test('a merge and then a split: grandchildren stand where the slower grandparent stood', async () => {
    const driver = new TestDriver(readings, { shards: ['a', 'b'] });
    await driver.send([at(120)], { shard: 'a' });
    await driver.send([at(50)], { shard: 'b' });
    await driver.merge(['a', 'b'], 'c');
    await driver.split('c', ['d', 'e']);
    expect(await driver.send([at(130)], { shard: 'd' })).toEqual([]);
    expect(driver.watermark()).toBe(39);
    expect(await driver.send([at(115)], { shard: 'e' })).toMatchObject([{ start: 0, end: 100, value: { n: 1 } }]);
    expect(driver.watermark()).toBe(104);
  });

  test('a child delivered before its parent has ended: the parent counts until it is drained', async () => {
    const driver = new TestDriver(readings);
    await driver.send([at(50)]);
    await driver.split('a', ['a1', 'a2'], { drained: false });
    expect(await driver.send([at(130)], { shard: 'a1' })).toEqual([]);
    expect(await driver.send([at(125)], { shard: 'a2' })).toEqual([]);
    expect(driver.watermark()).toBe(39);
    expect(await driver.send([at(60), at(105)], { shard: 'a' })).toEqual([]);
    expect(driver.watermark()).toBe(94);
    expect(await driver.end('a')).toMatchObject([{ start: 0, end: 100, value: { n: 2 } }]);
    expect(driver.watermark()).toBe(114);
  });

  test('a reshard that cannot be is refused', async () => {
    const driver = new TestDriver(readings, { shards: ['a', 'b'] });
    await expect(driver.end('a')).rejects.toThrow(`shard 'a' is open: split or merge it first; open: a, b`);
    await driver.split('a', ['a1', 'a2']);
    await expect(driver.send([at(1)], { shard: 'a' })).rejects.toThrow(
      `shard 'a' is closed and drained: nothing can come from it; open: b, a1, a2`,
    );
    await expect(driver.merge(['a', 'b'], 'c')).rejects.toThrow(`shard 'a' is closed already; open: b, a1, a2`);
    await expect(driver.split('b', ['a1'])).rejects.toThrow(`there is a shard 'a1' already; open: a1, a2`);
    await expect(driver.idle('a')).rejects.toThrow(`shard 'a' is closed: it does not become idle, it ends`);
  });

  test('time without traffic closes the last window, also when events carry times of today', async () => {
    const noon = Date.UTC(2026, 0, 1, 12);
    const driver = new TestDriver(readings);
    await driver.send([at(noon)]);
    expect(await driver.idle('a')).toMatchObject([{ start: noon, end: noon + 100, value: { n: 1 } }]);
  });

  test('a restart changes nothing', async () => {
    const driver = new TestDriver(readings);
    await driver.send([at(5)]);
    driver.restart();
    await driver.send([at(110)]);
    driver.restart();
    expect(await driver.send([at(7)])).toMatchObject([{ pane: { timing: 'LATE', index: 1 }, value: { n: 2 } }]);
  });

  test('what is no event goes to the side stream with its place', async () => {
    const driver = new TestDriver(readings);
    await driver.send(['{"at":', at(5)]);
    expect(driver.sideOutput()).toMatchObject([{ kind: 'invalid', reason: { code: 'json' }, id: expect.stringMatching(/^a:\d+$/) }]);
  });

  test('an unknown shard is refused by name', async () => {
    const driver = new TestDriver(readings, { shards: ['a', 'b'] });
    await expect(driver.send([at(1)], { shard: 'c' })).rejects.toThrow(`there is no shard 'c'; open: a, b`);
  });
});

describe('triggers', () => {
  const amounts = (accumulation: 'accumulating' | 'discarding' | 'retracting') =>
    pipeline<Reading>()('amounts', {
      timestamp: (e) => e.at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        w: {
          keyBy: (e) => e.sensor,
          window: tumbling(100),
          allowedLateness: 50,
          trigger: { early: onEvent<Reading>((e) => e.amount === 3) },
          accumulation,
          aggregate: { total: sum((e) => e.amount) },
        },
      },
    });

  // The example of docs/TRIGGERS.md.
  test.each([
    ['accumulating', [3], [7], [12]],
    ['discarding', [3], [4], [5]],
    ['retracting', [3], [-3, 7], [-7, 12]],
  ] as const)('%s panes', async (accumulation, early, onTime, late) => {
    const driver = new TestDriver(amounts(accumulation));
    const totals = (panes: Awaited<ReturnType<typeof driver.send>>) =>
      panes.map(({ value, pane }) => (pane.isRetraction === true ? -value.total : value.total));
    expect(totals(await driver.send([at(10, 3)]))).toEqual(early);
    expect(totals(await driver.send([at(20, 4)]))).toEqual([]);
    expect(totals(await driver.advanceWatermark(99))).toEqual(onTime);
    expect(totals(await driver.send([at(30, 5)]))).toEqual(late);
  });

  test('a late event joins two sessions that have fired, and their panes are withdrawn', async () => {
    const driver = new TestDriver(
      pipeline<Reading>()('sessions', {
        timestamp: (e) => e.at,
        watermark: boundedOutOfOrderness(0),
        windows: {
          s: { keyBy: (e) => e.sensor, window: session(10), allowedLateness: 100, accumulation: 'retracting', aggregate: { n: count() } },
        },
      }),
    );
    expect(await driver.send([at(0), at(16)])).toMatchObject([{ start: 0, end: 10, value: { n: 1 } }]);
    expect(await driver.advanceWatermark(30)).toMatchObject([{ start: 16, end: 26, value: { n: 1 } }]);
    expect(await driver.send([at(8)])).toMatchObject([
      { start: 0, end: 10, pane: { isRetraction: true } },
      { start: 16, end: 26, pane: { isRetraction: true } },
      { start: 0, end: 26, value: { n: 3 }, pane: { timing: 'LATE', index: 1 } },
    ]);
  });

  test('touching sessions are one, and one more millisecond parts them', async () => {
    const define = () =>
      new TestDriver(
        pipeline<Reading>()('touching', {
          timestamp: (e) => e.at,
          watermark: boundedOutOfOrderness(20),
          windows: { s: { keyBy: (e) => e.sensor, window: session(10), aggregate: { n: count() } } },
        }),
      );
    const touching = define();
    await touching.send([at(0), at(10)]);
    expect(await touching.drain()).toMatchObject([{ start: 0, end: 20 }]);
    const apart = define();
    await apart.send([at(0), at(11)]);
    expect(await apart.drain()).toMatchObject([
      { start: 0, end: 10 },
      { start: 11, end: 21 },
    ]);
  });

  test('an event late for some of its sliding windows still counts in the others', async () => {
    const driver = new TestDriver(
      pipeline<Reading>()('sliding', {
        timestamp: (e) => e.at,
        watermark: boundedOutOfOrderness(0),
        windows: { s: { keyBy: (e) => e.sensor, window: sliding(30, 10), aggregate: { n: count() } } },
      }),
    );
    await driver.send([at(0)]);
    await driver.advanceWatermark(19);
    expect(await driver.send([at(5)])).toEqual([]);
    // It was too late for the windows that end at 10 and at 20, in time for the one that ends at 30.
    expect(await driver.advanceWatermark(29)).toMatchObject([{ start: 0, end: 30, value: { n: 2 } }]);
    expect(driver.sideOutput()).toEqual([]);
  });
});
