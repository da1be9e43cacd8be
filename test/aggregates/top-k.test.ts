import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { topK } from '../../shared/aggregates/top-k.ts';
import { Table } from '../../shared/table/table.ts';
import { expectLaws, foldAll, resultOf, throughBytes, type Timed } from '../fixtures/aggregate-laws.ts';
import { FIRST_HOUR } from '../fixtures/fold-event.ts';

const itself = (value: string | number) => value;
const at0 = (values: readonly (string | number)[]): Timed<string | number>[] => values.map((value) => [0, value]);

function exactCounts(values: readonly (string | number)[]): Map<string, number> {
  return new Map([...Map.groupBy(values.map(String), (value) => value)].map(([value, group]) => [value, group.length]));
}

// A few that come often, and many that come once.
const skewed = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor') },
  { weight: 2, arbitrary: fc.integer({ min: 0, max: 500 }).map(String) },
);

describe('topK', () => {
  test('is exact while there are as many counters as values', () => {
    fc.assert(
      fc.property(fc.array(skewed, { minLength: 1, maxLength: 150 }), fc.integer({ min: 1, max: 10 }), (values, k) => {
        const expected = [...exactCounts(values)]
          .map(([value, count]) => ({ value, count }))
          .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
        expect(resultOf(topK(itself, k, { counters: 600 }), at0(values))).toEqual({ top: expected.slice(0, k), error: 0 });
      }),
    );
  });

  test('keeps the laws while it is exact', () => expectLaws(topK(itself, 3), fc.tuple(fc.constant(0), skewed)));

  test('is never too high, at most `error` too low, and `error` at most 2 · events / counters, however batches are merged', () => {
    const counters = 8;
    const aggregate = topK(itself, 4, { counters });
    fc.assert(
      fc.property(
        fc.array(fc.array(skewed, { maxLength: 60 }), { minLength: 1, maxLength: 8 }),
        fc.infiniteStream(fc.nat()),
        (batches, choices) => {
          const values = batches.flat();
          fc.pre(values.length > 0);
          const exact = exactCounts(values);
          const tables = batches.map((batch) => foldAll(aggregate, at0(batch)));
          const take = () => tables.splice((choices.next().value as number) % tables.length, 1)[0] as Table;
          while (tables.length > 1) {
            const [into, from] = [take(), throughBytes(take())];
            for (let row = 0; row < from.size; row++) into.mergeRow(from, row);
            tables.push(into);
          }
          const { top, error } = (tables[0] as Table).results(0, FIRST_HOUR)[0] as {
            top: { value: string; count: number }[];
            error: number;
          };
          expect(error).toBeLessThanOrEqual((2 * values.length) / counters);
          for (const { value, count } of top) {
            expect(count).toBeLessThanOrEqual(exact.get(value) as number);
            expect(count).toBeGreaterThanOrEqual((exact.get(value) as number) - error);
          }
          // What is left out comes at most `error` times more often than the last of the top.
          const last = top.length === 4 ? (top[3]?.count as number) : 0;
          for (const [value, count] of exact)
            if (!top.some((place) => place.value === value)) expect(count).toBeLessThanOrEqual(last + error);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('merges two the same way round and the other', () => {
    const aggregate = topK(itself, 4, { counters: 8 });
    fc.assert(
      fc.property(fc.array(skewed, { minLength: 1, maxLength: 60 }), fc.array(skewed, { minLength: 1, maxLength: 60 }), (a, b) => {
        const one = foldAll(aggregate, at0(a));
        one.mergeRow(foldAll(aggregate, at0(b)), 0);
        const other = foldAll(aggregate, at0(b));
        other.mergeRow(foldAll(aggregate, at0(a)), 0);
        expect(one.results(0, FIRST_HOUR)).toEqual(other.results(0, FIRST_HOUR));
      }),
    );
  });

  test.each(['x'.repeat(257), '\ud800', undefined, null, Number.NaN, {}])('refuses %j', (value) => {
    expect(() => foldAll(topK(itself, 3), [[0, value as never]])).toThrow('needed: text of at most 256 characters, or a finite number');
  });
});
