import { boundedOutOfOrderness, collect, count, pipeline, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { expect, expectTypeOf, test } from 'vitest';
import type { PaneOf } from 'mullion';

interface Raw {
  readonly at: number;
  readonly station: number;
  readonly ignored?: boolean;
}

interface Located {
  readonly city: string;
  readonly station: number;
}

const CITIES = new Map([
  [1, 'Bern'],
  [2, 'Basel'],
]);

const located = pipeline<Raw, Located>()('located', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(100),
  filter: ({ ignored }) => ignored !== true,
  map: ({ station }) => {
    const city = CITIES.get(station);
    if (city === undefined) throw new Error(`no city for ${station}`);
    return { city, station };
  },
  windows: {
    byCity: {
      keyBy: ({ city }) => city,
      where: ({ station }) => station < 3,
      window: tumbling(10),
      aggregate: { n: count(), seen: collect({ limit: 2 }) },
    },
  },
});

test('windows see what the map makes of an event, and a time is read of what stands on the stream', async () => {
  const driver = new TestDriver(located);
  await driver.send([
    { at: 3, station: 1 },
    { at: 4, station: 2 },
    { at: 12, station: 1 },
  ]);
  expect((await driver.drain()).map(({ key, start, value }) => [key, start, value.seen.events])).toEqual([
    ['Basel', 0, [{ city: 'Basel', station: 2 }]],
    ['Bern', 0, [{ city: 'Bern', station: 1 }]],
    ['Bern', 10, [{ city: 'Bern', station: 1 }]],
  ]);
  expectTypeOf<PaneOf<typeof located, 'byCity'>['value']['seen']['events']>().toEqualTypeOf<readonly Located[]>();
});

test('an event that cannot be mapped is refused, and one that the filter leaves out is not mapped', async () => {
  const driver = new TestDriver(located);
  await driver.send([
    { at: 1, station: 9 },
    { at: 1, station: 9, ignored: true },
    { at: 1, station: 1 },
  ]);
  expect(driver.counts()).toEqual({ read: 3, folded: 1, filtered: 1, late: 0, invalid: 1 });
  expect(driver.sideOutput()).toMatchObject([{ kind: 'invalid', reason: { code: 'map', message: 'map threw Error: no city for 9' } }]);
});

test('where windows see another type, the compiler asks for the map', () => {
  // @ts-expect-error -- the map is missing
  pipeline<Raw, Located>()('located', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(100),
    windows: { w: { keyBy: ({ city }: Located) => city, window: tumbling(10), aggregate: { n: count() } } },
  });
});
