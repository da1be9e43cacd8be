import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import { compilePattern } from '../../shared/rules/event-pattern.ts';

const EVENT = {
  kind: 'order',
  amount: 12.5,
  paid: true,
  note: null,
  empty: '',
  tags: ['new', 'eu-west'],
  none: [],
  customer: { id: 'c-17', country: 'DE' },
  lines: [
    { product: 'tea', count: 2 },
    { product: 'cup', count: 1 },
  ],
};

describe('a pattern', () => {
  test.each([
    ['a value', { kind: ['order'] }, true],
    ['any value of a list', { kind: ['refund', 'order'] }, true],
    ['another value', { kind: ['refund'] }, false],
    ['all fields', { kind: ['order'], paid: [false] }, false],
    ['a number, and not its text', { amount: ['12.5'] }, false],
    ['null, and not what is absent', { note: [null] }, true],
    ['what is absent is not null', { other: [null] }, false],
    ['empty text', { empty: [''] }, true],
    ['a field of an object', { customer: { country: ['DE', 'AT'] } }, true],
    ['an object where there is a value', { kind: { of: ['x'] } }, false],
    ['any element of a list', { tags: ['new'] }, true],
    ['any object of a list, all of whose fields match', { lines: { product: ['tea'], count: [2] } }, true],
    ['fields of two objects of a list', { lines: { product: ['tea'], count: [1] } }, false],
    ['how text begins', { tags: [{ prefix: 'eu-' }] }, true],
    ['how text ends', { kind: [{ suffix: 'der' }] }, true],
    ['text in other letters', { kind: [{ 'equals-ignore-case': 'ORDER' }] }, true],
    ['parts of text', { customer: { id: [{ wildcard: 'c-*' }] } }, true],
    ['parts of text in another order', { kind: [{ wildcard: '*er*or*' }] }, false],
    ['a beginning and an end that overlap', { kind: [{ wildcard: 'order*order' }] }, false],
    ['a number between two', { amount: [{ numeric: ['>', 12, '<=', 12.5] }] }, true],
    ['a number beyond', { amount: [{ numeric: ['>', 12.5] }] }, false],
    ['what is there', { customer: [{ exists: true }] }, true],
    ['what is not there', { other: [{ exists: false }] }, true],
    ['a field of an object that is not there', { other: { id: [{ exists: false }] } }, false],
    ['anything but a value', { kind: [{ 'anything-but': 'refund' }] }, true],
    ['anything but several', { kind: [{ 'anything-but': ['order', 'refund'] }] }, false],
    ['anything but what begins so', { kind: [{ 'anything-but': { prefix: 'ord' } }] }, false],
    ['anything but, where there is nothing', { other: [{ 'anything-but': 'x' }] }, false],
    ['a list of nothing', { none: ['x'] }, false],
    ['one of two patterns', { $or: [{ kind: ['refund'] }, { paid: [true] }] }, true],
    ['none of two patterns', { $or: [{ kind: ['refund'] }, { paid: [false] }] }, false],
    ['what every object inherits', { constructor: [{ exists: true }] }, false],
  ])('of %s', (_what, pattern, matches) => {
    expect(compilePattern(pattern)(EVENT)).toBe(matches);
  });

  test.each([undefined, null, 'text', 7, ['a list']])('matches no event that is %j', (event) => {
    expect(compilePattern({ kind: ['order'] })(event)).toBe(false);
  });

  test.each<[unknown, string | undefined, string]>([
    [{}, undefined, 'at least one field'],
    ['kind', undefined, 'an object of fields'],
    [{ kind: [] }, 'kind', 'a list of at least one value'],
    [{ kind: 'order' }, 'kind', "a list of values, such as ['order'], or an object of fields"],
    [{ kind: [{ prefix: 7 }] }, 'kind.0.prefix', 'text'],
    [{ kind: [{ prefix: 'a', suffix: 'b' }] }, 'kind.0', 'an object with one of prefix'],
    [{ kind: [{ startsWith: 'a' }] }, 'kind.0', 'an object with one of prefix'],
    [{ kind: [{ constructor: 'a' }] }, 'kind.0', 'an object with one of prefix'],
    [{ a: { b: [{ numeric: ['>'] }] } }, 'a.b.0.numeric', 'comparisons such as'],
    [{ a: [{ numeric: ['>', '7'] }] }, 'a.0.numeric', 'comparisons such as'],
    [{ a: [{ 'anything-but': { numeric: ['>', 1] } }] }, 'a.0.anything-but', 'prefix, suffix'],
    [{ a: [{ exists: 'yes' }] }, 'a.0.exists', 'true or false'],
    [{ $or: [{ a: [1] }] }, '$or', 'two patterns or more'],
    [{ a: Array.from({ length: 201 }, (_each, index) => index) }, 'a.200', '200 values'],
    [Array.from({ length: 11 }).reduce<unknown>((inner) => ({ a: inner }), ['x']), 'a.a.a.a.a.a.a.a.a.a', '10 deep'],
  ])('%j is refused, and it is said where', (pattern, field, allowed) => {
    let thrown: unknown;
    try {
      compilePattern(pattern);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(InvalidArgument);
    expect((thrown as InvalidArgument).field).toBe(field);
    expect((thrown as InvalidArgument).message).toContain(allowed);
  });

  test('with a wildcard says what a regular expression says', () => {
    const text = fc.array(fc.constantFrom('a', 'b'), { maxLength: 12 }).map((letters) => letters.join(''));
    const wildcard = fc.array(fc.constantFrom('a', 'b', '*'), { minLength: 1, maxLength: 8 }).map((letters) => letters.join(''));
    fc.assert(
      fc.property(text, wildcard, (value, pattern) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(value);
        expect(compilePattern({ v: [{ wildcard: pattern }] })({ v: value })).toBe(expected);
      }),
      { numRuns: 2_000 },
    );
  });
});
