import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sum } from '../../shared/aggregates/sum.ts';
import { Table } from '../../shared/table/table.ts';
import { exactSum, fullDoubles } from '../fixtures/exact-sum.ts';
import { FIRST_HOUR, foldEvent } from '../fixtures/fold-event.ts';

function summed(values: readonly number[]): number {
  const table = new Table([sum((value: number) => value)]);
  for (const value of values) foldEvent(table, 'key', value);
  return table.results(0, FIRST_HOUR)[0] as number;
}

describe('a sum', () => {
  test.each([
    ['what a small number adds to a large one that goes again', [1e16, 1, -1e16], 1],
    ['ten tenths', Array.from({ length: 10 }, () => 0.1), 1],
    ['a sum that cancels to its last bit', [1, 2 ** -53, -1], 2 ** -53],
    ['large and small in turn', [1e15, 0.3, -1e15, 0.3, 1e15, 0.3, -1e15], 0.9],
  ])('keeps %s', (_what, values, total) => {
    expect(summed(values)).toBe(exactSum(values));
    expect(summed(values)).toBeCloseTo(total, 15);
  });

  test('of nasty doubles is the exact one, rounded once, in whatever order they come', () => {
    const nasty = fc.array(fullDoubles(20), { minLength: 1, maxLength: 60 }).chain((values) => {
      // Every number leaves again but a few: what is left are the bits that a plain sum has lost.
      const cancelling = [...values, ...values.map((value) => -value), ...values.slice(0, 3)];
      return fc.shuffledSubarray(cancelling, { minLength: cancelling.length });
    });
    fc.assert(
      fc.property(nasty, (values) => {
        expect(summed(values)).toBe(exactSum(values));
      }),
      { numRuns: 500 },
    );
  });

  test('that is summed plainly would not pass: the numbers above are nasty enough', () => {
    const plain = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
    const samples = fc.sample(fc.array(fullDoubles(20), { minLength: 20, maxLength: 60 }), { numRuns: 20, seed: 1 });
    expect(samples.filter((values) => plain(values) !== exactSum(values)).length).toBeGreaterThan(10);
  });
});
