import { expect, test } from 'vitest';
import { resultFields } from '../../../shared/pipeline/result-fields.ts';
import { resultText } from '../../../web/model/number-text.ts';

test('a result of several figures is fields with a name each, however deep', () => {
  const result = { total: 3, latency: { p50: 1, byRegion: { north: null } }, last: ['a', { b: 1 }] };
  expect(resultFields('performance', result)).toEqual([
    ['performance.total', 3],
    ['performance.latency.p50', 1],
    ['performance.latency.byRegion.north', null],
    ['performance.last', ['a', { b: 1 }]],
  ]);
});

test.each([
  [1234.567, '1,234.57'],
  [null, '–'],
  ['tea', 'tea'],
  [['a', 1], '["a",1]'],
  ['a'.repeat(1_000), `${'a'.repeat(159)}…`],
])('a result %j stands in a line as %s', (result, text) => {
  expect(resultText(result)).toBe(text);
});
