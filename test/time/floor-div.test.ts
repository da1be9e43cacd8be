import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EVENT_TIME_MAX } from '../../shared/time/event-time.ts';
import { floorDiv, floorMod } from '../../shared/time/floor-div.ts';

const dividend = fc.oneof(fc.integer({ min: -EVENT_TIME_MAX, max: EVENT_TIME_MAX }), fc.integer({ min: -20, max: 20 }));
const divisor = fc.oneof(fc.integer({ min: 1, max: 8_640_000_000_000 }), fc.integer({ min: 1, max: 10 }));

/** Floor division in whole numbers of any size, where nothing can be rounded. */
function exactFloorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b < 0n ? quotient - 1n : quotient;
}

test('quotient and remainder are the exact ones, before 1970 as after, at every magnitude that a time can have', () => {
  fc.assert(
    fc.property(dividend, divisor, (a, b) => {
      const quotient = exactFloorDiv(BigInt(a), BigInt(b));
      expect(BigInt(floorDiv(a, b))).toBe(quotient);
      expect(BigInt(floorMod(a, b))).toBe(BigInt(a) - quotient * BigInt(b));
    }),
    { numRuns: 2_000 },
  );
});

test('the remainder of a negative multiple is 0, not -0', () => {
  expect(floorMod(-10, 5)).toBe(0);
  expect(floorMod(-0, 5)).toBe(0);
});
