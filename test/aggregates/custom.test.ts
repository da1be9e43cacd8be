import { boundedOutOfOrderness, count, pipeline, tumbling, where } from 'mullion';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { AggregateFault } from '../../shared/aggregates/aggregate-fault.ts';
import { aggregate } from '../../shared/aggregates/custom.ts';
import { BatchFold } from '../../shared/ingest/batch-fold.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import { Table } from '../../shared/table/table.ts';
import { BEGINNING_OF_TIME } from '../../shared/time/event-time.ts';
import { bytesOf, expectLaws, foldAll, resultOf } from '../fixtures/aggregate-laws.ts';
import { FIRST_HOUR, foldEvent } from '../fixtures/fold-event.ts';

const timedNumber = fc.tuple(fc.constant(0), fc.integer({ min: -9, max: 9 }));

/** How often each number came, by changing what it is given. */
const tally = aggregate({
  init: (): Record<string, number> => ({}),
  add: (counts, n: number) => {
    counts[n] = (counts[n] ?? 0) + 1;
  },
  merge: (into, from) => {
    for (const [n, times] of Object.entries(from)) into[n] = (into[n] ?? 0) + times;
  },
  result: (counts) => counts,
});

/** The product, by giving a new value, with a number as accumulator. */
const product = aggregate({
  init: () => 1,
  add: (before, n: number) => before * n,
  merge: (a, b) => a * b,
  result: (result) => ({ product: result }),
});

describe('an aggregate of the user’s own', () => {
  test('may change its accumulator or give a new one', () => {
    const numbers = [2, 3, 2].map((n) => [0, n] as const);
    expect(resultOf(tally, numbers)).toEqual({ 2: 2, 3: 1 });
    expect(resultOf(product, numbers)).toEqual({ product: 12 });
  });

  test('keeps the laws when its functions do', () => {
    expectLaws(tally, timedNumber);
    expectLaws(
      where((n: number) => n > 0, tally),
      timedNumber,
    );
  });

  test('knows the window it gives its result for', () => {
    const perHour = aggregate({
      init: () => 0,
      add: (n, _event: number) => n + 1,
      merge: (a, b) => a + b,
      result: (n, { events, start, end }) => [n, events, start, end],
    });
    expect(resultOf(perHour, [[0, 7]])).toEqual([1, 1, FIRST_HOUR.start, FIRST_HOUR.end]);
  });

  test('refuses an event for which add throws, after it has changed what it was given, and changes nothing', () => {
    const picky = aggregate({
      init: () => ({ seen: [] as number[] }),
      add: (state, n: number) => {
        state.seen.push(n);
        if (n < 0) throw new RangeError('below zero');
      },
      merge: (a, b) => ({ seen: [...a.seen, ...b.seen].sort((x, y) => x - y) }),
      result: ({ seen }) => seen,
    });
    const table = foldAll(picky, [[0, 1]]);
    const before = bytesOf(table);
    expect(() => foldEvent(table, 'key', -1)).toThrow('below zero');
    expect(() => foldEvent(table, 'another', -1)).toThrow('below zero');
    expect(bytesOf(table)).toEqual(before);
    foldEvent(table, 'key', 2);
    expect(table.results(0, FIRST_HOUR)).toEqual([[1, 2]]);
  });

  test.each<[what: string, state: unknown]>([
    ['a Date', new Date(0)],
    ['a Map', new Map()],
    ['a number JSON has not', Number.POSITIVE_INFINITY],
    ['a promise', Promise.resolve(1)],
    ['more than it may hold', 'x'.repeat(101)],
  ])('refuses an event that would make its accumulator %s', (_what, state) => {
    const wrong = aggregate({
      init: (): unknown => 0,
      add: (_state, _n: number) => state,
      merge: (a) => a,
      result: (a) => a,
      lengthMax: 100,
    });
    expect(() => foldAll(wrong, [[0, 1]])).toThrow('needed: a JSON value of at most 100 characters');
  });

  test('says which function failed where no event can be refused', () => {
    const broken = aggregate({
      init: () => 0,
      add: (n, _event: number) => n + 1,
      merge: (): number => {
        throw new Error('no way');
      },
      result: () => 1n,
    });
    const [one, other] = [foldAll(broken, [[0, 1]]), foldAll(broken, [[0, 1]])];
    expect(() => one.mergeRow(other, 0)).toThrow(AggregateFault);
    expect(() => one.mergeRow(other, 0)).toThrow('aggregate(0, version 1): merge failed with Error');
    expect(() => one.results(0, FIRST_HOUR)).toThrow('aggregate(0, version 1): result failed with TypeError');
  });

  test('keeps nothing of an event that is changed afterwards', () => {
    const whole = aggregate({
      init: (): { n: number } => ({ n: 0 }),
      add: (_state, latest: { n: number }) => latest,
      merge: (a) => a,
      result: (a) => a,
    });
    const given = { n: 1 };
    const table = foldAll(whole, [[0, given]]);
    given.n = 2;
    expect(table.results(0, FIRST_HOUR)).toEqual([{ n: 1 }]);
  });

  test('has the beginning and the version in its description', () => {
    const described = (init: unknown, version?: number) =>
      aggregate({ init: () => init, add: () => init, merge: () => init, result: () => 1, ...(version && { version }) }).describe;
    expect(described({ b: 1, a: 2 })).toBe('aggregate({"a":2,"b":1}, version 1)');
    expect(described(0, 2)).toBe('aggregate(0, version 2)');
  });
});

test('a batch in which one aggregate of one window refuses an event has changed no row of any window', () => {
  const picky = aggregate({
    init: () => 0,
    add: (total, n: number) => {
      if (n < 0) throw new RangeError('below zero');
      return total + n;
    },
    merge: (a, b) => a + b,
    result: (total) => total,
  });
  const numbers = pipeline<number>('numbers', {
    timestamp: () => 0,
    watermark: boundedOutOfOrderness(0),
    windows: {
      early: { keyBy: () => 'k', window: tumbling('1h'), aggregate: { total: picky, n: count() } },
      late: { keyBy: (n) => n, window: tumbling('1h'), aggregate: { n: count(), total: picky } },
    },
  });
  const record = (n: number): InputRecord => ({
    sequenceNumber: '1' as SequenceNumber,
    partitionKey: '',
    arrivedAtMs: 0,
    data: String(n),
    encoding: 'utf8',
  });
  const fold = (...events: number[]) => {
    const batch = new BatchFold(numbers, events.map(record), BEGINNING_OF_TIME, undefined);
    batch.foldUntil(undefined);
    return batch.result();
  };

  const folded = fold(-5, 4, -5, 6, -5);
  expect(folded.counts).toEqual({ read: 5, folded: 2, filtered: 0, late: 0, invalid: 3 });
  expect(folded.invalid.alone[0]?.why.message).toBe('windows.early.aggregate.total threw RangeError: below zero');
  const tables = (deltas: typeof folded.deltas) => deltas.map(({ table }) => bytesOf(table));
  expect(tables(folded.deltas)).toEqual(tables(fold(4, 6).deltas));
  expect(fold(-1).deltas).toEqual([]);
  expect(folded.deltas[0]?.table).toBeInstanceOf(Table);
});
