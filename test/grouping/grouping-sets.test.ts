import fc from 'fast-check';
import {
  aggregate,
  boundedOutOfOrderness,
  count,
  cube,
  type GroupingDefinition,
  groupingSets,
  pipeline,
  rollup,
  session,
  sum,
  tumbling,
} from 'mullion';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import { groupKey, groupOfKey } from '../../shared/grouping/group-key.ts';

interface Sale {
  readonly at: number;
  readonly region: string;
  readonly product: string;
  readonly online?: boolean;
  readonly amount: number;
}

const own = aggregate({
  init: () => 0,
  add: (total: number, { amount }: Sale) => total + amount,
  merge: (a, b) => a + b,
  result: (total) => total,
});

function sales(groupBy: GroupingDefinition<Sale> | readonly (keyof Sale)[], window: 'tumbling' | 'session' = 'tumbling') {
  return pipeline<Sale>()('sales', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(100),
    windows: {
      w: {
        groupBy,
        window: window === 'tumbling' ? tumbling(100) : session(10),
        aggregate: { n: count(), total: sum(({ amount }) => amount), own },
      },
    },
  });
}

const sale = (region: string, product: string, amount: number, at = 5): Sale => ({ at, region, product, amount });
const SALES = [sale('EU', 'tea', 1), sale('EU', 'cake', 2), sale('US', 'tea', 4), sale('EU', 'tea', 8)];

/** Keys, groups and totals of the panes of everything that is sent. */
async function totals(groupBy: GroupingDefinition<Sale> | readonly (keyof Sale)[], events: readonly (Sale | object)[] = SALES) {
  const driver = new TestDriver(sales(groupBy));
  await driver.send(events as Sale[]);
  const panes = await driver.drain();
  for (const { count: held, value } of panes) expect([value.n, value.own]).toEqual([held, value.total]);
  return { groups: panes.map(({ key, group, value }) => [key, group, value.total]), driver };
}

describe('an event is counted', () => {
  test('under all of its fields', async () => {
    expect((await totals(['region', 'product'])).groups).toEqual([
      ['region=EU&product=cake', { region: 'EU', product: 'cake' }, 2],
      ['region=EU&product=tea', { region: 'EU', product: 'tea' }, 9],
      ['region=US&product=tea', { region: 'US', product: 'tea' }, 4],
    ]);
  });

  test('once in every grouping set, whatever the order of its fields', async () => {
    expect((await totals(groupingSets([['product', 'region'], ['product'], []]))).groups).toEqual([
      ['*', {}, 15],
      ['product=cake', { product: 'cake' }, 2],
      ['product=cake&region=EU', { product: 'cake', region: 'EU' }, 2],
      ['product=tea', { product: 'tea' }, 13],
      ['product=tea&region=EU', { product: 'tea', region: 'EU' }, 9],
      ['product=tea&region=US', { product: 'tea', region: 'US' }, 4],
    ]);
  });

  test('in a rollup from all fields down to none', async () => {
    expect((await totals(rollup(['region', 'product']))).groups.map(([key, , total]) => [key, total])).toEqual([
      ['*', 15],
      ['region=EU', 11],
      ['region=EU&product=cake', 2],
      ['region=EU&product=tea', 9],
      ['region=US', 4],
      ['region=US&product=tea', 4],
    ]);
  });

  test('in a cube in every combination', async () => {
    const { groups, driver } = await totals(cube(['region', 'product']));
    expect(groups.map(([key]) => key)).toEqual([
      '*',
      'product=cake',
      'product=tea',
      'region=EU',
      'region=EU&product=cake',
      'region=EU&product=tea',
      'region=US',
      'region=US&product=tea',
    ]);
    expect(driver.counts()).toMatchObject({ read: 4, folded: 4 });
  });

  test('by functions of the event, and by what is true or false', async () => {
    const half = { half: ({ at }: Sale) => (at < 50 ? 1 : 2), online: ({ online = false }: Sale) => online };
    const { groups } = await totals(groupingSets([['half', 'online'], ['online']], half), [
      { ...sale('EU', 'tea', 1), online: true },
      sale('EU', 'tea', 2, 60),
    ]);
    expect(groups).toEqual([
      ['half=1&online=true', { half: '1', online: 'true' }, 1],
      ['half=2&online=false', { half: '2', online: 'false' }, 2],
      ['online=false', { online: 'false' }, 2],
      ['online=true', { online: 'true' }, 1],
    ]);
  });
});

test('an event without a field of the key is refused as a whole', async () => {
  const { groups, driver } = await totals(rollup(['region', 'product']), [sale('EU', 'tea', 1), { at: 5, region: 'EU', amount: 2 }]);
  expect(groups[0]).toEqual(['*', {}, 1]);
  expect(driver.sideOutput()).toMatchObject([
    {
      kind: 'invalid',
      reason: { code: 'key', message: 'windows.w.groupBy.product gave undefined; needed: text of 1 to 256 characters, or a number' },
    },
  ]);
});

test('a key of more than 256 characters is refused', async () => {
  const { driver } = await totals(['region', 'product'], [sale('r'.repeat(200), 'p'.repeat(50), 1)]);
  expect(driver.sideOutput()).toMatchObject([
    { kind: 'invalid', reason: { code: 'key', message: expect.stringContaining('at most 256 characters') } },
  ]);
});

test('an own aggregate that refuses an event under one of its keys refuses it under all', async () => {
  const limited = aggregate({
    init: () => '',
    add: (text: string, { product }: Sale) => text + product,
    merge: (a, b) => a + b,
    result: (text) => text.length,
    lengthMax: 12,
  });
  const driver = new TestDriver(
    pipeline<Sale>()('sales', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: { w: { groupBy: rollup(['region']), window: tumbling(100), aggregate: { limited, n: count() } } },
    }),
  );
  await driver.send([sale('EU', 'teateatea', 1), sale('US', 'tea', 1)]);
  expect((await driver.drain()).map(({ key, value }) => [key, value.limited, value.n])).toEqual([
    ['*', 9, 1],
    ['region=EU', 9, 1],
  ]);
  expect(driver.sideOutput()).toMatchObject([{ reason: { code: 'value' } }]);
});

test('an event that firing finds too late is one late event, however many keys it has', async () => {
  const driver = new TestDriver(sales(cube(['region', 'product'])));
  await driver.send([sale('EU', 'tea', 1)]);
  await driver.advanceWatermark(150);
  // Ingest asks for the watermark only where a shard has a clock of its own.
  await driver.split('a', ['a1', 'a2']);
  await driver.send([sale('EU', 'tea', 1), sale('EU', 'tea', 2)], { shard: 'a1' });
  expect(driver.sideOutput().map(({ kind }) => kind)).toEqual(['lateDelta', 'lateDelta', 'lateDelta', 'lateDelta']);
  expect(driver.lateByWindow()).toEqual({ w: 2 });
});

describe('a grouping that cannot work is refused', () => {
  test.each<[what: string, groupBy: unknown, message: string]>([
    ['no fields', [], 'windows.w.groupBy: an array of 0 is not allowed here; allowed: at least one field'],
    ['a field twice', ['region', 'region'], 'allowed: every field once'],
    ['a field that is no function', { region: 'region' }, "windows.w.groupBy.region: 'region' is not allowed here; allowed: a function"],
    [
      'a set with an unknown field',
      groupingSets([['x']] as never, { region: ({ region }: Sale) => region }),
      "'x' is not allowed here; allowed: one of the fields region",
    ],
    ['no sets', groupingSets([], { region: ({ region }: Sale) => region }), 'allowed: 1 to 64 sets'],
    [
      'a set twice',
      groupingSets<Sale>([
        ['region', 'product'],
        ['product', 'region'],
      ]),
      'allowed: every set once',
    ],
    ['a field twice in a set', groupingSets<Sale>([['region', 'region']]), 'allowed: every field once in a set'],
    ['a cube of seven fields', cube(['a', 'b', 'c', 'd', 'e', 'f', 'g'] as never), 'allowed: at most 6 fields in a cube'],
    ['text', 'region', "windows.w.groupBy: 'region' is not allowed here; allowed: fields such as"],
  ])('%s', (_what, groupBy, message) => {
    expect(() => sales(groupBy as never)).toThrow(message);
  });

  test('together with a key', () => {
    const options = { timestamp: ({ at }: Sale) => at, watermark: boundedOutOfOrderness(0) };
    const window = { keyBy: () => 'k', groupBy: ['region'], window: tumbling(1), aggregate: { n: count() } };
    expect(() => pipeline<Sale>('sales', { ...options, windows: { w: window as never } })).toThrow(
      'windows.w.groupBy: an array of 1 is not allowed here; allowed: only one of keyBy and groupBy',
    );
  });
});

test('other groupings are another definition', () => {
  const fingerprints = [
    sales(['region']),
    sales(['product']),
    sales(rollup(['region'])),
    sales(rollup(['region', 'product'])),
    sales(cube(['region', 'product'])),
  ];
  expect(new Set(fingerprints.map(({ fingerprint }) => fingerprint)).size).toBe(5);
  expect(sales(groupingSets([['region'], []])).fingerprint).toBe(sales(rollup(['region'])).fingerprint);
});

test('a key and its group say the same, whatever stands in them', () => {
  const anyText = fc.string({ minLength: 1, unit: fc.constantFrom('a', '=', '&', '%', '*', '%3D', 'é', ' ') });
  fc.assert(
    fc.property(fc.uniqueArray(fc.tuple(anyText, anyText), { selector: ([name]) => name, maxLength: 4 }), (fields) => {
      expect(groupOfKey(groupKey(fields))).toEqual(Object.fromEntries(fields));
    }),
  );
});

describe('a cube of any sales in any order, batches and shards is what filtering by hand gives', () => {
  const anySale = fc.record({
    at: fc.integer({ min: 0, max: 60 }),
    region: fc.constantFrom('EU', 'US'),
    product: fc.constantFrom('tea', 'cake'),
    amount: fc.integer({ min: 1, max: 9 }),
  });

  test.each(['tumbling', 'session'] as const)('%s', async (window) => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySale, { minLength: 1, maxLength: 12 }), fc.integer({ min: 1, max: 5 }), async (events, batch) => {
        const driver = new TestDriver(sales(cube(['region', 'product']), window), { shards: ['a', 'b'] });
        for (let from = 0; from < events.length; from += batch)
          await driver.send(events.slice(from, from + batch), { shard: from % 2 === 0 ? 'a' : 'b' });
        const panes = await driver.drain();
        const found = new Map<string, number>();
        for (const { key, value } of panes) found.set(key, (found.get(key) ?? 0) + value.own);
        const by = (filter: Partial<Sale>) =>
          events

            .filter((event: Sale) => Object.entries(filter).every(([name, value]) => event[name as keyof Sale] === value))
            .reduce((total, { amount }) => total + amount, 0);
        for (const [key, total] of found) expect(total).toBe(by(groupOfKey(key)));
        expect(found.get('*')).toBe(by({}));
      }),
    );
  });
});
