import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECIMAL_BYTES_MAX, putDecimal } from '../../shared/log/digits.ts';

/** What is written of a number; absent where nothing is. */
function written(number: number): string | undefined {
  const bytes = Buffer.alloc(DECIMAL_BYTES_MAX + 2, '_');
  const end = putDecimal(number, bytes, 1);
  expect([bytes[0], bytes.subarray(Math.max(end, 1)).every((byte) => byte === '_'.charCodeAt(0))]).toEqual(['_'.charCodeAt(0), true]);
  return end < 0 ? undefined : bytes.toString('latin1', 1, end);
}

describe('the text of a number', () => {
  test('is that of String for every decimal of fifteen digits, six of them behind the point', () => {
    const decimal = fc.tuple(fc.maxSafeInteger(), fc.nat(6)).map(([whole, decimals]) => (whole % 1e15) / 10 ** decimals);
    fc.assert(
      fc.property(decimal, (number) => {
        expect(written(number)).toBe(String(number));
      }),
      { numRuns: 5_000 },
    );
  });

  test('is that of String, or left to it, for any number', () => {
    const sum = fc.array(fc.nat(10_000)).map((cents) => cents.reduce((total, each) => total + each / 100, 0));
    fc.assert(
      fc.property(fc.oneof(fc.double(), sum, fc.integer(), fc.float()), (number) => {
        expect([undefined, String(number)]).toContain(written(number));
      }),
      { numRuns: 5_000 },
    );
  });

  test.each([0, -0, 1, -1, 0.1, -0.5, 1.05, 10.000001, 0.000001, -0.000001, 999_999_999_999_999, 999_999_999.999999, 2 ** 31, -(2 ** 31)])(
    'is written of %d',
    (number) => {
      expect(written(number)).toBe(String(number));
    },
  );

  test.each([
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    1e15,
    -1e21,
    1e-7,
    0.1 + 0.2,
    Number.MIN_VALUE,
    Number.MAX_VALUE,
  ])('is not written of %d', (number) => {
    expect(written(number)).toBeUndefined();
  });
});
