import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { count } from '../../shared/aggregates/count.ts';
import { max, min } from '../../shared/aggregates/extremes.ts';
import { first } from '../../shared/aggregates/first-last.ts';
import { histogram } from '../../shared/aggregates/histogram.ts';
import { mean } from '../../shared/aggregates/mean.ts';
import { rate } from '../../shared/aggregates/rate.ts';
import { ratio } from '../../shared/aggregates/ratio.ts';
import { sum } from '../../shared/aggregates/sum.ts';
import { variance } from '../../shared/aggregates/variance.ts';
import { where } from '../../shared/aggregates/where.ts';
import { Table } from '../../shared/table/table.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { expectLaws, foldAll, resultOf, type Timed } from '../fixtures/aggregate-laws.ts';
import { foldEvent } from '../fixtures/fold-event.ts';

const itself = (value: number) => value;
const even = (value: number) => value % 2 === 0;
const at0 = (values: readonly number[]): Timed<number>[] => values.map((value) => [0, value]);
const event = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -9, max: 9 }));

describe('where', () => {
  test('gives what the aggregate gives over the events that match', () => {
    fc.assert(
      fc.property(fc.array(event, { minLength: 1 }), (events) => {
        const matching = events.filter(([, value]) => even(value));
        for (const inner of [count(), sum(itself), min(itself), max(itself), mean(itself), variance(itself), first(itself), rate()]) {
          const expected = matching.length === 0 ? null : resultOf<number, unknown>(inner, matching);
          expect(resultOf<number, unknown>(where(even, inner), events)).toEqual(expected);
        }
      }),
    );
  });

  test('gives null, and neither Infinity nor NaN, when nothing matches', () => {
    for (const inner of [count(), min(itself), max(itself), mean(itself), variance(itself), ratio(even)]) {
      expect(
        resultOf<number, unknown>(
          where(() => false, inner),
          at0([1, 2]),
        ),
      ).toBeNull();
    }
  });

  test('does not read what does not match', () => {
    const picky = (value: number) => {
      if (!even(value)) throw new Error('odd');
      return value;
    };
    expect(resultOf(where(even, sum(picky)), at0([1, 2, 3, 4]))).toBe(6);
  });

  test('keeps the laws, in itself and in another', () => {
    expectLaws(where(even, sum(itself)), event);
    expectLaws(where(even, first(itself)), event);
    expectLaws(
      where(
        even,
        where((value: number) => value > 0, mean(itself)),
      ),
      event,
    );
    expectLaws(where(even, histogram(itself, [-2, 0, 5])), event);
  });

  test('stands beside others without touching their columns', () => {
    const table = new Table([sum(itself), where(even, max(itself)), count(), where(even, count()), min(itself)]);
    for (const value of [5, 4, 9, 2]) foldEvent(table, 'k', value);
    expect(table.results(0, { start: 0 as EventTime, end: 1 as EventTime })).toEqual([20, 4, 4, 2, 2]);
  });
});

describe('ratio and rate', () => {
  test('say which share matches, and how many come a second', () => {
    expect(resultOf(ratio(even), at0([1, 2, 3, 4, 5]))).toBe(0.4);
    const table = foldAll(rate(), at0([1, 2, 3]));
    expect(table.results(0, { start: -500 as EventTime, end: 1_000 as EventTime })).toEqual([2]);
  });

  test('keep the laws', () => {
    expectLaws(ratio(even), event);
    expectLaws(rate(), event);
  });
});

describe('a histogram', () => {
  test('counts what lies below, between and above its bounds, a bound upwards', () => {
    expect(resultOf(histogram(itself, [0, 10, 20]), at0([-1, -0, 0, 9.99, 10, 19, 20, 1e300, -1e300]))).toEqual({
      bounds: [0, 10, 20],
      counts: [2, 3, 2, 2],
    });
  });

  test('counts as a plain search would, whatever the bounds', () => {
    const bounds = fc
      .uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 12 })
      .map((values) => values.toSorted((a, b) => a - b));
    fc.assert(
      fc.property(bounds, fc.array(fc.integer({ min: -60, max: 60 }), { minLength: 1 }), (ascending, values) => {
        const counts = [Number.NEGATIVE_INFINITY, ...ascending].map(
          (low, index) => values.filter((value) => value >= low && value < (ascending[index] ?? Number.POSITIVE_INFINITY)).length,
        );
        expect(resultOf(histogram(itself, ascending), at0(values)).counts).toEqual(counts);
      }),
    );
  });

  test('keeps the laws', () => expectLaws(histogram(itself, [-3, 0, 4]), event));
});
