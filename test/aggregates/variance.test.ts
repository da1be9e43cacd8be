import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stddev, variance } from '../../shared/aggregates/variance.ts';
import { expectLaws, resultOf, type Timed } from '../fixtures/aggregate-laws.ts';
import { fullDoubles } from '../fixtures/exact-sum.ts';

const itself = (value: number) => value;
const at0 = (values: readonly number[]): Timed<number>[] => values.map((value) => [0, value]);

const SCALE = 100n;

/** In fixed point of 100 binary digits, rounded once at the end. For multiples of 2^-100. */
function exactVariance(values: readonly number[]): number {
  const fixed = values.map((value) => (BigInt(Math.trunc(value)) << SCALE) + BigInt((value - Math.trunc(value)) * 2 ** Number(SCALE)));
  const n = BigInt(values.length);
  const sum = fixed.reduce((a, b) => a + b, 0n);
  const squares = fixed.reduce((a, b) => a + b * b, 0n);
  const scaled = (n * squares - sum * sum) / (n * n);
  return Number(scaled) / 2 ** Number(2n * SCALE);
}

describe('the variance', () => {
  test.each([
    [[5], 0],
    [[1, 3], 1],
    [[2, 4, 4, 4, 5, 5, 7, 9], 4],
    [[0.1, 0.1, 0.1], 0],
    // Plain sums of squares give 0 or worse here.
    [[1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16], 22.5],
    [[1e15 + 1, 1e15 + 2, 1e15 + 3], 2 / 3],
  ])('of %j is %d', (values, expected) => {
    expect(resultOf(variance(itself), at0(values))).toBeCloseTo(expected, 12);
    expect(resultOf(stddev(itself), at0(values))).toBeCloseTo(Math.sqrt(expected), 12);
  });

  test('is right to 12 digits where the mean is up to 10^7 standard deviations away', () => {
    const values = fc
      .tuple(fc.constantFrom(0, 1, -1e3, 1e5, 1e7), fc.array(fullDoubles(3), { minLength: 2, maxLength: 50 }))
      .map(([offset, around]) => around.map((value) => offset + value));
    fc.assert(
      fc.property(values, (numbers) => {
        const exact = exactVariance(numbers);
        fc.pre(exact > 1e-4);
        expect(Math.abs(resultOf(variance(itself), at0(numbers)) - exact) / exact).toBeLessThan(1e-12);
      }),
      { numRuns: 500 },
    );
  });

  test('keeps the laws', () => {
    // Halves and quarters: sums of them and of their squares are exact, so that order must not show at all.
    const number = fc.integer({ min: -4_000_000, max: 4_000_000 }).map((quarters) => quarters / 4);
    expectLaws(variance(itself), fc.tuple(fc.constant(0), number));
    expectLaws(stddev(itself), fc.tuple(fc.constant(0), number));
  });

  test('says the same in any order of any doubles', () => {
    fc.assert(
      fc.property(fc.array(fullDoubles(10), { minLength: 2, maxLength: 30 }), (values) => {
        const forward = resultOf(variance(itself), at0(values));
        const backward = resultOf(variance(itself), at0(values.toReversed()));
        expect(Math.abs(forward - backward)).toBeLessThanOrEqual(Number.EPSILON * forward);
      }),
    );
  });
});
