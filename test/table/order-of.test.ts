import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { orderOf } from '../../shared/table/order-of.ts';

function byComparison(keys: readonly string[]): number[] {
  return [...keys.keys()].sort((a, b) => ((keys[a] as string) < (keys[b] as string) ? -1 : 1));
}

describe('the order of keys', () => {
  test('is that of comparing them, whatever they are', () => {
    const part = fc.oneof(fc.constantFrom('', 'user-', 'ü', '😀', 'ý', 'þ', 'ÿ', '\u0100', '\u0000', 'a', 'aaaa'), fc.nat().map(String));
    const key = fc.array(part, { maxLength: 8 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.uniqueArray(key, { maxLength: 200, size: 'max' }), (keys) => {
        expect([...orderOf(keys)]).toEqual(byComparison(keys));
      }),
      { numRuns: 300 },
    );
  });

  test.each<[string, (index: number) => string]>([
    ['numbers behind a name', (index) => `user-${(index * 7_919) % 5_000}`],
    ['beginnings of each other', (index) => 'a'.repeat(((index * 7) % 500) + 1) + (index >= 500 ? 'b'.repeat(index) : '')],
    ['alike but for units that share a byte', (index) => `é${String.fromCharCode(0x4e00 + ((index * 7_919) % 5_000))}`],
    ['of every unit there is', (index) => String.fromCharCode((index * 7_919) % 0x2_7100, index % 300)],
    ['of few units, each many times', (index) => (index * 7_919).toString(2).replaceAll('0', 'ab')],
    ['in order already', (index) => String(10_000 + index)],
  ])('is right for many that are %s', (_what, of) => {
    const keys = [...new Set(Array.from({ length: 5_000 }, (_each, index) => of(index)))];
    expect([...orderOf(keys)]).toEqual(byComparison(keys));
  });

  test('is right where there are none, or one', () => {
    expect([[...orderOf([])], [...orderOf(['a'])]]).toEqual([[], [0]]);
  });
});
