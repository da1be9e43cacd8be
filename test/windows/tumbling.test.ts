import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import type { Duration } from '../../shared/time/duration.ts';
import { EVENT_TIME_MAX, type EventTime } from '../../shared/time/event-time.ts';
import { tumbling } from '../../shared/windows/tumbling.ts';

function windowAt(time: string | number, size: Duration, offset: Duration = 0): [string, string] {
  const assigner = tumbling(size, { offset }).build();
  const start = assigner.sliceOf((typeof time === 'string' ? Date.parse(time) : time) as EventTime);
  return [new Date(start).toISOString(), new Date(assigner.lastEndOf(start)).toISOString()];
}

describe('tumbling windows', () => {
  test.each<[string, Duration, Duration, string, string]>([
    ['2001-01-10T18:20:00.000Z', '1h', 0, '2001-01-10T18:00:00.000Z', '2001-01-10T19:00:00.000Z'],
    ['2001-01-10T18:00:00.000Z', '1h', 0, '2001-01-10T18:00:00.000Z', '2001-01-10T19:00:00.000Z'],
    ['2001-01-10T17:59:59.999Z', '1h', 0, '2001-01-10T17:00:00.000Z', '2001-01-10T18:00:00.000Z'],
    ['2001-01-10T18:20:00.000Z', '1d', '6h', '2001-01-10T06:00:00.000Z', '2001-01-11T06:00:00.000Z'],
    ['2001-01-10T05:59:59.999Z', '1d', '6h', '2001-01-09T06:00:00.000Z', '2001-01-10T06:00:00.000Z'],
    ['2001-01-10T18:20:00.000Z', '1d', '-6h', '2001-01-10T18:00:00.000Z', '2001-01-11T18:00:00.000Z'],
    ['2001-01-10T18:20:00.000Z', '1h', '25.5h', '2001-01-10T17:30:00.000Z', '2001-01-10T18:30:00.000Z'],
    ['1969-12-31T23:59:59.999Z', '1h', 0, '1969-12-31T23:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['1969-12-31T23:00:00.000Z', '1h', 0, '1969-12-31T23:00:00.000Z', '1970-01-01T00:00:00.000Z'],
    ['1968-02-29T12:00:00.000Z', '1d', '6h', '1968-02-29T06:00:00.000Z', '1968-03-01T06:00:00.000Z'],
  ])('%s is, with size %s and offset %s, in [%s, %s)', (time, size, offset, start, end) => {
    expect(windowAt(time, size, offset)).toEqual([start, end]);
  });

  test('hold every time, bound the next, and start where size and offset say', () => {
    const time = fc.oneof(fc.integer({ min: -EVENT_TIME_MAX, max: EVENT_TIME_MAX }), fc.integer({ min: -50, max: 50 }));
    const size = fc.oneof(fc.integer({ min: 1, max: 8_640_000_000_000 }), fc.integer({ min: 1, max: 20 }));
    const offset = fc.oneof(fc.integer({ min: -8_640_000_000_000, max: 8_640_000_000_000 }), fc.integer({ min: -50, max: 50 }));
    fc.assert(
      fc.property(time, size, offset, (at, sizeMs, offsetMs) => {
        const assigner = tumbling(sizeMs, { offset: offsetMs }).build();
        const start = assigner.sliceOf(at as EventTime);
        const end = assigner.lastEndOf(start);
        expect(start).toBeLessThanOrEqual(at);
        expect(end).toBeGreaterThan(at);
        expect(end - start).toBe(sizeMs);
        // No gap and no overlap: the end begins the next window, the moment before the start is in the one before.
        expect(assigner.sliceOf(end)).toBe(end);
        expect(assigner.lastEndOf(assigner.sliceOf((start - 1) as EventTime))).toBe(start);
        expect((BigInt(start) - BigInt(offsetMs)) % BigInt(sizeMs)).toBe(0n);
      }),
      { numRuns: 2_000 },
    );
  });

  test('are the same definition when their offsets are whole sizes apart, and another one else', () => {
    const described = tumbling('1d', { offset: '6h' }).describe();
    expect(described).toBe('tumbling(86400000, offset 21600000)');
    expect(tumbling('24h', { offset: '30h' }).describe()).toBe(described);
    expect(tumbling('1d', { offset: '-18h' }).describe()).toBe(described);
    expect(tumbling('1d', { offset: '5h' }).describe()).not.toBe(described);
    expect(tumbling('12h', { offset: '6h' }).describe()).not.toBe(described);
  });

  test.each([
    ['size', () => tumbling(0).build(), '0 is not allowed here; allowed: at least 1 ms'],
    ['size', () => tumbling('-1h').build(), "'-1h' is not allowed here; allowed: at least 1 ms"],
    ['size', () => tumbling('1 hour' as Duration).build(), "'1 hour' is not allowed here; allowed: '500ms'"],
    ['offset', () => tumbling('1h', { offset: 'x' as Duration }).build(), "'x' is not allowed here; allowed: '500ms'"],
    ['offset', () => tumbling('1h', { offset: 0.5 }).build(), '0.5 is not allowed here'],
  ])('that cannot work name the field %s', (field, build, message) => {
    expect(build).toThrow(InvalidArgument);
    expect(build).toThrow(expect.objectContaining({ field, message: expect.stringContaining(message) }));
  });
});
