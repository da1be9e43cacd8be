import { Buffer } from 'node:buffer';
import { describe, expect, it } from 'vitest';
import { MIXED_CASE_FIELDS, PANE_COLUMNS } from '../../infra/constructs/pane-columns.ts';
import { oneEach, packed, type StreamRecord } from '../../shared/adapters/kinesis/records-of-documents.ts';
import { boundedOutOfOrderness, collect, count, pipeline, session, sum, tumbling } from '../../shared/mullion.ts';
import { TestDriver } from '../../shared/testing/test-driver.ts';
import { fieldsOf, fits } from './hive-type.ts';

interface Sale {
  readonly at: number;
  readonly shop: string;
  readonly amount: number;
}

/** Every kind of pane: early, on time and late, retractions, groups, sessions, lanes, results that are no numbers, what may be incomplete. */
const sales = pipeline('sales', {
  timestamp: (sale: Sale) => sale.at,
  watermark: boundedOutOfOrderness(0),
  lanes: 2,
  windows: {
    minutes: {
      groupBy: ['shop'],
      window: tumbling('1m'),
      allowedLateness: '1h',
      accumulation: 'retracting',
      aggregate: { total: sum((sale: Sale) => sale.amount), shops: collect({ limit: 3, of: (sale: Sale) => sale.shop }) },
    },
    visits: { keyBy: (sale: Sale) => sale.shop, window: session('10s'), aggregate: { sales: count() } },
  },
});

async function panes(): Promise<object[]> {
  const driver = new TestDriver(sales);
  const shops = ['north', 'south & "east"', 'West=ü\n'];
  const at = (ms: number) => shops.map((shop, index) => ({ at: ms, shop, amount: index / 3 }));
  return [
    ...(await driver.send([...at(-5), ...at(1_000)])),
    ...(await driver.send(at(100_000))),
    ...(await driver.send(at(2_000))),
    ...(await driver.giveUp({ arrival: 90_000 })),
    ...(await driver.drain()),
  ];
}

const types = new Map(PANE_COLUMNS.map(({ name, type }) => [name, type]));

describe('the columns of the history', async () => {
  const fired = await panes();
  const all = fired as Record<string, unknown>[];

  it('hold every pane, and nothing of it is left out', () => {
    expect(fired.length).toBeGreaterThan(20);
    for (const pane of all) {
      const misfits = Object.entries(pane).filter(([field, value]) => !fits(types.get(field.toLowerCase()) ?? 'nothing', value));
      expect(misfits).toEqual([]);
    }
  });

  it('are all filled by some pane', () => {
    for (const [name, type] of types) {
      const values = all.flatMap((pane) =>
        Object.entries(pane)
          .filter(([field]) => field.toLowerCase() === name)
          .map(([, value]) => value),
      );
      expect([name, values.length > 0]).toEqual([name, true]);
      for (const field of type.startsWith('struct') ? fieldsOf(type) : []) {
        const isThere = (value: unknown) => Object.keys(value as object).some((each) => each.toLowerCase() === field);
        expect([`${name}.${field}`, values.some(isThere)]).toEqual([`${name}.${field}`, true]);
      }
    }
  });

  it('know every name that is not all small', () => {
    const structs = all.flatMap(({ pane, epoch }) => [pane, epoch].flatMap((each) => Object.keys(each as object)));
    const mixed = [...all.flatMap((pane) => Object.keys(pane)), ...structs].filter((name) => name !== name.toLowerCase());
    expect(new Set(mixed)).toEqual(new Set(MIXED_CASE_FIELDS));
  });

  it.each([
    ['one', oneEach],
    ['many', packed],
  ])('are read from lines, with %s in a record, when each record ends in a new line', (_each, recordsOf) => {
    const documents = all.map((pane) => ({ partitionKey: String(pane.key), json: JSON.stringify(pane) }));
    const object = [...recordsOf(documents)].map(({ Data }: StreamRecord) => `${Buffer.from(Data).toString('utf8')}\n`).join('');
    const lines = object.split(/[\r\n]/);
    expect(lines.pop()).toBe('');
    expect(lines.toSorted()).toEqual(documents.map(({ json }) => json).toSorted());
  });
});

it('what does not fit is found', () => {
  expect(fits('bigint', 0.5)).toBe(false);
  expect(fits('bigint', '1')).toBe(false);
  expect(fits('struct<index:bigint>', { index: 1, other: 2 })).toBe(false);
  expect(fits('map<string,string>', { a: 1 })).toBe(false);
  expect(fits('string', 1)).toBe(false);
});
