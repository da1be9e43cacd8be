import { expect, test } from 'vitest';
import { addByWindow, addCounts, conservationDifference } from '../../shared/log/counts.ts';

test('counts by window are added, whatever a window is called', () => {
  expect(addByWindow({}, { constructor: 1, toString: 2 })).toEqual({ constructor: 1, toString: 2 });
  expect(addByWindow({ constructor: 1, a: 1 }, { constructor: 2, b: 3 })).toEqual({ constructor: 3, a: 1, b: 3 });
});

test('counts are added one by one, and what is missing shows', () => {
  const sum = addCounts(
    { read: 20, folded: 10, filtered: 5, late: 3, invalid: 2 },
    { read: 4, folded: 1, filtered: 1, late: 1, invalid: 1 },
  );
  expect(sum).toEqual({ read: 24, folded: 11, filtered: 6, late: 4, invalid: 3 });
  expect(conservationDifference(sum)).toBe(0);
  expect(conservationDifference({ ...sum, read: 25 })).toBe(1);
  expect(conservationDifference({ ...sum, late: 6 })).toBe(-2);
});

test('totals by window are the same bytes in whatever order they were added', () => {
  const parts = [{ b: 1 }, { a: 2, c: 1 }, { b: 3 }];
  const sums = [parts, parts.toReversed()].map((order) => JSON.stringify(order.reduce(addByWindow, {})));
  expect(sums).toEqual(['{"a":2,"b":4,"c":1}', '{"a":2,"b":4,"c":1}']);
});
