import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { MIXED_CASE_FIELDS, PANE_COLUMNS } from '../../infra/constructs/pane-columns.ts';
import { boundedOutOfOrderness, count, pipeline, session, sum, tumbling } from '../../shared/mullion.ts';
import { TestDriver } from '../../shared/testing/test-driver.ts';
import { pages, samples } from './pages.ts';

// The queries of the page are Athena's. These few words of it are put into SQLite's, and then they are run on panes of the engine.

interface Sale {
  readonly at: number;
  readonly shop: string;
  readonly amount: number;
}

const DAY = '2026-03-01';
const NOON = Date.parse(`${DAY}T12:00:00Z`);
const MINUTE = 60_000;
const GAP = 20_000;

const total = sum((sale: Sale) => sale.amount);
const keyBy = (sale: Sale) => sale.shop;
const allowedLateness = '1h';
const sales = pipeline('sales', {
  timestamp: (sale: Sale) => sale.at,
  watermark: boundedOutOfOrderness(0),
  windows: {
    minutes: { keyBy, window: tumbling('1m'), allowedLateness, aggregate: { total } },
    visits: { keyBy, window: session('20s'), allowedLateness, accumulation: 'retracting', aggregate: { total, n: count() } },
    changes: { keyBy, window: tumbling('1m'), allowedLateness, accumulation: 'discarding', aggregate: { total } },
  },
});

const sale = (seconds: number, shop: string, amount: number): Sale => ({ at: NOON + seconds * 1_000, shop, amount });
const batches: readonly (readonly Sale[])[] = [
  [sale(1, 'north', 1), sale(2, 'south', 2), sale(31, 'north', 3)],
  [sale(100, 'south', 4)],
  // Late: it changes a minute that has fired, and joins two sessions that have fired.
  [sale(16, 'north', 5)],
  [sale(7, 'south', 6), sale(300, 'north', 7)],
];
const events = batches.flat();

const queries = pages()
  .filter(({ path }) => path === 'docs/HISTORY.md')
  .flatMap((page) => samples(page, 'sql'));

function inSqlite(athena: string): string {
  const caseOf = (field: string) => MIXED_CASE_FIELDS.find((mixed) => mixed.toLowerCase() === field) ?? field;
  return athena
    .replaceAll('orders_perminute.', '')
    .replaceAll(/\b(pane|epoch)\.(\w+)/g, (_all, column: string, field: string) => `${column} ->> '${caseOf(field)}'`);
}

const database = new DatabaseSync(':memory:');
const ask = (sql: string) =>
  database
    .prepare(inSqlite(sql))
    .all()
    .map((row) => ({ ...row }));

beforeAll(async () => {
  database.function('from_unixtime', (seconds) => new Date(Number(seconds) * 1_000).toISOString());
  database.function('json_extract_scalar', (json, path) => resultIn(String(json), String(path).slice(2)));
  const columns = ['day', ...PANE_COLUMNS.map(({ name }) => name)];
  database.exec(`CREATE TABLE panes (${columns.map((name) => `"${name}"`).join(', ')})`);
  const row = database.prepare(`INSERT INTO panes VALUES (${columns.map(() => '?').join(', ')})`);

  const driver = new TestDriver(sales, { now: NOON });
  for (const batch of [...batches, []]) {
    const panes = (batch.length > 0 ? await driver.send(batch) : await driver.drain()) as readonly object[];
    // Everything is there twice, the second time a day later.
    for (const [day, pane] of [DAY, '2026-03-02'].flatMap((each) => panes.map((fired) => [each, fired] as const))) {
      const fields = { day, ...pane } as Record<string, unknown>;
      row.run(...columns.map((name) => textOf(fields[name])));
    }
  }
});

function resultIn(value: string, name: string): string {
  return String(z.record(z.string(), z.unknown()).parse(JSON.parse(value))[name]);
}

function textOf(value: unknown): string | number | null {
  if (value === undefined) return null;
  return typeof value === 'string' || typeof value === 'number' ? value : JSON.stringify(value);
}

/** Events of a shop, put together as it is said. */
function byShop<T>(together: (own: readonly Sale[]) => readonly T[]): T[] {
  return ['north', 'south'].flatMap((shop) => together(events.filter((each) => each.shop === shop).toSorted((a, b) => a.at - b.at)));
}

function minutesOf(own: readonly Sale[]) {
  return [...Map.groupBy(own, ({ at }) => Math.floor(at / MINUTE) * MINUTE)].map(([start, within]) => ({ start, within }));
}

function sessionsOf(own: readonly Sale[]): Sale[][] {
  const sessions: Sale[][] = [];
  for (const each of own) {
    const last = sessions.at(-1);
    if (last !== undefined && each.at - (last.at(-1)?.at ?? 0) <= GAP) last.push(each);
    else sessions.push([each]);
  }
  return sessions;
}

const totalOf = (some: readonly Sale[]) => some.reduce((all, { amount }) => all + amount, 0);

describe('the queries of the page', () => {
  it('are the four that are tried here', () => {
    expect(queries).toHaveLength(4);
  });

  it('give the newest result of every window, once', () => {
    const expected = byShop((own) =>
      minutesOf(own).map(({ start, within }) => ({
        key: within[0]?.shop,
        began: new Date(start).toISOString(),
        count: within.length,
        total: String(totalOf(within)),
      })),
    );
    expect(ask(queries[0] as string)).toEqual(expected);
  });

  it('give the sessions that stand, and none that was joined to another', () => {
    const expected = byShop((own) =>
      sessionsOf(own).map((within) => ({ key: within[0]?.shop, start: within[0]?.at, count: within.length, total: totalOf(within) })),
    );
    const rows = ask(queries[1] as string);
    expect(
      rows.map(({ key, start, count: n, value }) => ({ key, start, count: n, total: Number(resultIn(String(value), 'total')) })),
    ).toEqual(expected);
  });

  it('add up what was new, once', () => {
    const expected = byShop((own) => minutesOf(own).map(({ start, within }) => ({ key: within[0]?.shop, start, events: within.length })));
    expect(ask(queries[2] as string)).toEqual(expected);
  });

  it('count panes by why they fired, once', () => {
    const rows = ask(queries[3] as string);
    const late = rows.filter((row) => Object.values(row).includes('LATE'));
    expect(late.map(({ window, panes }) => [window, panes])).toEqual([
      ['changes', 2],
      ['minutes', 2],
      ['visits', 2],
    ]);
  });
});
