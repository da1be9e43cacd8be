import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareSequenceNumbers, type SequenceNumber } from '../../shared/log/sequence-number.ts';

test('sequence numbers stand in the order of the numbers they are, up to 56 digits', () => {
  const number = fc.oneof(
    fc.bigInt({ min: 0n, max: 10n ** 56n - 1n }),
    fc.bigInt({ min: 0n, max: 200n }),
    // Neighbours that a double cannot tell apart.
    fc.bigInt({ min: 0n, max: 3n }).map((small) => 49_590_338_271_490_256_608_559_692_538_361_571_095_921_575_989_136_588_898n + small),
  );
  fc.assert(
    fc.property(number, number, (a, b) => {
      const order = compareSequenceNumbers(String(a) as SequenceNumber, String(b) as SequenceNumber);
      expect(Math.sign(order)).toBe(a < b ? -1 : a > b ? 1 : 0);
    }),
    { numRuns: 1_000 },
  );
});
