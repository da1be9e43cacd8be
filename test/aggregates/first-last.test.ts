import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { first, KEPT_VALUE_LENGTH_MAX, last } from '../../shared/aggregates/first-last.ts';
import { expectLaws, foldAll, resultOf } from '../fixtures/aggregate-laws.ts';

const itself = (value: unknown) => value;
// Few times, so that many events have the same.
const time = fc.integer({ min: -2, max: 2 });

describe('first and last', () => {
  test('go by event time, whenever an event arrives', () => {
    const events = [
      [20, 'middle'],
      [30, 'late'],
      [10, 'early'],
    ] as const;
    expect(resultOf(first(itself), events)).toBe('early');
    expect(resultOf(last(itself), events)).toBe('late');
  });

  test('keep any JSON value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(resultOf(first(itself), [[0, plain]])).toEqual(plain);
        expect(resultOf(last(itself), [[0, plain]])).toEqual(plain);
      }),
    );
  });

  test('settle a tie by the value, not by the order of its properties or of arrival', () => {
    const events = [
      [0, { b: 1, a: 2 }],
      [0, { a: 2, b: 1 }],
      [0, { a: 1, b: 3 }],
    ] as const;
    expect(resultOf(first(itself), events)).toEqual({ a: 1, b: 3 });
    expect(resultOf(first(itself), events.toReversed())).toEqual({ a: 1, b: 3 });
    expect(JSON.stringify(resultOf(last(itself), events))).toBe('{"a":2,"b":1}');
  });

  test('keep the laws', () => {
    const value = fc.oneof(fc.constantFrom(null, 0, -0, 1, '', 'a', { a: 1 }), fc.jsonValue());
    expectLaws(first(itself), fc.tuple(time, value));
    expectLaws(last(itself), fc.tuple(time, value));
  });

  test.each<[what: string, value: unknown]>([
    ['nothing', undefined],
    ['a function', () => 1],
    ['a number that JSON has not', Number.NaN],
    ['a Date', new Date(0)],
    ['text that is too long', 'x'.repeat(KEPT_VALUE_LENGTH_MAX)],
    ['a list that is too long', Array.from({ length: KEPT_VALUE_LENGTH_MAX }, () => 1)],
    ['a list that is nested too deep', JSON.parse('['.repeat(5_000) + ']'.repeat(5_000))],
  ])('refuse %s', (_what, value) => {
    expect(() => foldAll(first(itself), [[0, value]])).toThrow('needed: a JSON value of at most 8192 characters');
  });

  test('take a property called __proto__ for one like any other', () => {
    const hostile: unknown = JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');
    const kept = resultOf(first(itself), [[0, hostile]]);
    expect(JSON.stringify(kept)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}');
    expect(Object.hasOwn(kept as object, '__proto__')).toBe(true);
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
