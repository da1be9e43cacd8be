import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import { type Duration, durationMs } from '../../shared/time/duration.ts';

const anyDuration = (given: unknown) => given as Duration;

describe('a duration', () => {
  test.each<[Duration, number]>([
    ['500ms', 500],
    ['30s', 30_000],
    ['5m', 300_000],
    ['2h', 7_200_000],
    ['1d', 86_400_000],
    [1_500, 1_500],
    [0, 0],
    ['0s', 0],
    ['100000d', 8_640_000_000_000],
  ])('%s is %i ms', (given, ms) => {
    expect(durationMs(given)).toBe(ms);
  });

  // 0.1 × 3 600 000 and their like are not whole in binary; people mean the decimal.
  test.each<[Duration, number]>([
    ['1.5h', 5_400_000],
    ['0.1s', 100],
    ['0.001s', 1],
    ['1.1m', 66_000],
    ['0.7d', 60_480_000],
    ['4.35s', 4_350],
    ['1.005s', 1_005],
  ])('a fraction of a unit is exact: %s is %i ms', (given, ms) => {
    expect(durationMs(given)).toBe(ms);
  });

  test.each([
    ['', "''"],
    ['5', "'5'"],
    ['5 m', "'5 m'"],
    ['5min', "'5min'"],
    ['m', "'m'"],
    ['1e3ms', "'1e3ms'"],
    ['.5s', "'.5s'"],
    ['+5s', "'+5s'"],
    ['5m30s', "'5m30s'"],
    ['0.1ms', "'0.1ms'"],
    ['1.0005s', "'1.0005s'"],
    [1.5, '1.5'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [null, 'null'],
    [5n, '5n'],
    [{ minutes: 5 }, 'an object'],
    [['5m'], 'an array of 1'],
  ])('%o is refused, quoted, and told what is allowed', (given, quoted) => {
    expect(() => durationMs(anyDuration(given))).toThrow(InvalidArgument);
    expect(() => durationMs(anyDuration(given))).toThrow(
      `${quoted} is not allowed here; allowed: '500ms', '30s', '5m', '1h', '1d'${typeof given === 'string' ? ': with a unit, and whole in milliseconds' : ' or a whole number of milliseconds'}`,
    );
  });

  test('below what the place allows is refused with the bound', () => {
    expect(() => durationMs('-1ms')).toThrow("'-1ms' is not allowed here; allowed: at least 0 ms");
    expect(() => durationMs(0, { minMs: 1 })).toThrow('0 is not allowed here; allowed: at least 1 ms');
    expect(durationMs('-6h', { minMs: Number.NEGATIVE_INFINITY })).toBe(-21_600_000);
  });

  test('above 100,000 days is refused: added to an event time it could lose a millisecond', () => {
    expect(() => durationMs('100001d')).toThrow("'100001d' is not allowed here; allowed: at most 100000 days");
    expect(() => durationMs(8_640_000_000_001)).toThrow('allowed: at most 100000 days');
  });

  test('a long text is quoted only in part', () => {
    expect(() => durationMs(anyDuration('x'.repeat(1_000)))).toThrow(new RegExp(`^'x{57}…' is not allowed`));
  });
});
