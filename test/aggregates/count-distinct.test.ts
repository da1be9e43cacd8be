import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countDistinct } from '../../shared/aggregates/count-distinct.ts';
import { DistinctSketch } from '../../shared/aggregates/distinct-sketch.ts';
import { hashText } from '../../shared/aggregates/text-hash.ts';
import { expectLaws, foldAll, resultOf, type Timed } from '../fixtures/aggregate-laws.ts';

const itself = (value: string | number) => value;
const at0 = (values: readonly (string | number)[]): Timed<string | number>[] => values.map((value) => [0, value]);

describe('countDistinct', () => {
  test('is exact up to a sixteenth of its registers, however often each comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.integer())), (values) => {
        expect(resultOf(countDistinct(itself), at0([...values, 'x', ...values]))).toBe(new Set([...values.map(String), 'x']).size);
      }),
    );
    const texts = Array.from({ length: 1_024 }, (_, index) => `user-${index}`);
    expect(resultOf(countDistinct(itself), at0([...texts, ...texts]))).toBe(1_024);
  });

  test('takes a number for its text', () => {
    expect(resultOf(countDistinct(itself), at0([1, '1', 2.5, '2.5', -0, '0']))).toBe(3);
  });

  test.each([undefined, null, Number.NaN, {}, true])('refuses %o', (value) => {
    expect(() => foldAll(countDistinct(itself), [[0, value as never]])).toThrow('needed: text or a finite number');
  });

  test.each([8, 11, 14])('with precision %d is off by 1.04 / √(2^precision) of the count in the root mean square', (precision) => {
    const standardError = 1.04 / Math.sqrt(2 ** precision);
    for (const distinct of [2 ** precision / 8, 2 ** precision, 10 * 2 ** precision]) {
      const runs = 24;
      let squares = 0;
      let bias = 0;
      for (let run = 0; run < runs; run++) {
        const sketch = new DistinctSketch(precision);
        for (let index = 0; index < distinct; index++) sketch.add(hashText(`${run}/${index}`));
        const error = sketch.count() / distinct - 1;
        squares += error ** 2;
        bias += error / runs;
      }
      // Of 24 runs; the hashes never change, so neither does this.
      expect(Math.sqrt(squares / runs)).toBeLessThan(standardError * 1.35);
      expect(Math.abs(bias)).toBeLessThan((standardError / Math.sqrt(runs)) * 3);
    }
  });

  test('keeps the laws, where it is exact, where it is not, and in between', () => {
    // With 256 registers, 16 are exact; three keys share up to 72 events.
    expectLaws(countDistinct(itself, { precision: 8 }), fc.tuple(fc.constant(0), fc.integer({ min: 0, max: 100_000 })), { numRuns: 300 });
    expectLaws(countDistinct(itself), fc.tuple(fc.constant(0), fc.string()));
  });
});
