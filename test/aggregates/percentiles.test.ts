import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogMapping } from '../../shared/aggregates/log-mapping.ts';
import { percentile, percentiles } from '../../shared/aggregates/percentiles.ts';
import { bytesOf, expectLaws, foldAll, resultOf, type Timed } from '../fixtures/aggregate-laws.ts';
import { fullDoubles } from '../fixtures/exact-sum.ts';

const itself = (value: number) => value;
const at0 = (values: readonly number[]): Timed<number>[] => values.map((value) => [0, value]);

function exactPercentile(values: readonly number[], p: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(p * (values.length - 1))] as number;
}

/** What rounding adds to a promise that is kept in exact arithmetic. */
const ROUNDING = 1e-9;

describe('a percentile', () => {
  const ps = [0, 0.001, 0.01, 0.25, 0.5, 0.75, 0.95, 0.99, 0.999, 1];

  test.each([0.001, 0.01, 0.05, 0.2])(
    'is within a relative error of %d of the true one, for any numbers of either sign',
    (relativeError) => {
      const number = fc.oneof(fullDoubles(20), fc.integer({ min: -5, max: 5 }), fc.constantFrom(0, -0, 1, 2, 0.5));
      fc.assert(
        fc.property(fc.array(number, { minLength: 1, maxLength: 200 }), fc.constantFrom(...ps), (values, p) => {
          const exact = exactPercentile(values, p);
          const error = Math.abs(resultOf(percentile(itself, p, { relativeError }), at0(values)) - exact);
          expect(error).toBeLessThanOrEqual(Math.abs(exact) * relativeError * (1 + ROUNDING));
        }),
        { numRuns: 300 },
      );
    },
  );

  test('is exact for one number, and for the least and the greatest of many', () => {
    expect(resultOf(percentile(itself, 0.5), at0([123.456]))).toBe(123.456);
    expect(resultOf(percentiles(itself, [0, 1]), at0([-7.7, 3, 9.9]))).toEqual({ p0: -7.7, p100: 9.9 });
  });

  test('holds at both ends of what a number can be', () => {
    for (const value of [Number.MAX_VALUE, 2 ** -1022, 2 ** 1023, 1]) {
      const values = [value * 0.9999, value, value];
      const found = resultOf(percentile(itself, 0.4), at0(values));
      expect(Math.abs(found - (values[0] as number))).toBeLessThanOrEqual(value * 0.01);
    }
    expect(resultOf(percentile(itself, 0.5), at0([Number.MIN_VALUE, Number.MIN_VALUE, 5]))).toBeLessThanOrEqual(2 ** -1022);
  });

  test('of what is 10^15 times smaller than the largest is bounded by the lowest bin kept, and the rest stays right', () => {
    const values = [1e-3, 1e-2, 1e15, 2e15, 3e15];
    expect(resultOf(percentile(itself, 0.3), at0(values))).toBeLessThan(3);
    expect(Math.abs(resultOf(percentile(itself, 0.5), at0(values)) / 1e15 - 1)).toBeLessThan(0.01);
  });

  test('keeps the laws, also where bins are folded together', () => {
    const number = fc.oneof(fc.integer({ min: -5, max: 5 }), fullDoubles(20), fc.double({ noNaN: true, noDefaultInfinity: true }));
    expectLaws(percentiles(itself, [0.5, 0.99]), fc.tuple(fc.constant(0), number));
  });

  test('holds no more bins than 50 octaves have, whatever comes', () => {
    const everywhere = Array.from(
      { length: 40_000 },
      (_, index) => (index % 2 === 0 ? 1 : -1) * 1.05 ** (((index * 7919) % 28_000) - 14_000),
    ).filter(Number.isFinite);
    const bins = 2 * Math.ceil(50 * new LogMapping(0.01).binsPerOctave);
    // A bin is two bytes of distance at most and two of count.
    expect(bytesOf(foldAll(percentile(itself, 0.5), at0(everywhere))).length).toBeLessThan(bins * 4 + 64);
  });
});

describe('several percentiles', () => {
  test('are named by their percents', () => {
    const result = resultOf(percentiles(itself, [0.5, 0.05, 0.29, 0.95, 0.999, 0.9999, 0.005, 0, 1]), at0([1]));
    expect(Object.keys(result).sort()).toEqual(['p0', 'p0.5', 'p100', 'p29', 'p5', 'p50', 'p95', 'p99.9', 'p99.99']);
  });
});

describe('the mapping', () => {
  test('gives every bin a value that is near all numbers in it, and larger numbers no lower bin', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0.001, 0.01, 0.1, 0.2),
        fc.double({ min: 2 ** -1022, noNaN: true, noDefaultInfinity: true }),
        (relativeError, value) => {
          const mapping = new LogMapping(relativeError);
          const bin = mapping.indexOf(value);
          expect(Math.abs(mapping.valueOf(bin) - value)).toBeLessThanOrEqual(value * relativeError * (1 + ROUNDING));
          const above = value * (1 + Number.EPSILON);
          if (above !== Number.POSITIVE_INFINITY) expect(mapping.indexOf(above)).toBeGreaterThanOrEqual(bin);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
