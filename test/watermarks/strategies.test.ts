import { describe, expect, test } from 'vitest';
import type { EventTime } from '../../shared/time/event-time.ts';
import { boundedOutOfOrderness } from '../../shared/watermarks/bounded-out-of-orderness.ts';
import { punctuated } from '../../shared/watermarks/punctuated.ts';
import { perSource } from '../../shared/watermarks/per-source.ts';
import { monotonousTimestamps } from '../../shared/watermarks/monotonous-timestamps.ts';

const at = (time: number) => time as EventTime;

describe('the watermark of a channel', () => {
  test('trails the clock by the bound and one millisecond: an event exactly the bound behind is still expected', () => {
    expect(boundedOutOfOrderness('10s').build().watermarkAt(at(60_000))).toBe(49_999);
    expect(boundedOutOfOrderness(0).build().watermarkAt(at(0))).toBe(-1);
  });

  test('of a bound that cannot be is refused with its field', () => {
    expect(() => boundedOutOfOrderness('-1s').build()).toThrow(
      expect.objectContaining({ name: 'InvalidArgument', field: 'bound', message: "'-1s' is not allowed here; allowed: at least 0 ms" }),
    );
  });
});

test('monotonous timestamps are a bound of nothing', () => {
  expect(monotonousTimestamps().build().watermarkAt(at(5))).toBe(4);
  expect(monotonousTimestamps().describe()).toBe(boundedOutOfOrderness(0).describe());
});

describe('a punctuated source', () => {
  test('has the watermark that its marker says, and none from events without one', () => {
    const strategy = punctuated(({ upTo }: { upTo?: number }) => upTo).build();
    expect(strategy.clockOf({ upTo: 7 }, at(100))).toBe(7);
    expect(strategy.clockOf({}, at(100))).toBeUndefined();
    expect(strategy.watermarkAt(at(7))).toBe(7);
  });

  test('needs a function', () => {
    expect(() => punctuated('upTo' as never).build()).toThrow(expect.objectContaining({ name: 'InvalidArgument', field: 'marker' }));
  });
});

describe('several sources', () => {
  const sourceOf = ({ source }: { source: string }) => source;

  test('each have their own strategy', () => {
    const definition = perSource(sourceOf, { fast: monotonousTimestamps(), slow: boundedOutOfOrderness('10m') });
    const { strategies } = definition.buildSources();
    expect([...strategies].map(([source, strategy]) => [source, strategy.watermarkAt(at(600_001))])).toEqual([
      ['fast', 600_000],
      ['slow', 0],
    ]);
    expect(definition.describe()).toBe('perSource(fast: boundedOutOfOrderness(0), slow: boundedOutOfOrderness(600000))');
  });

  test.each([
    ['no source', {}, 'sources'],
    ['a name that cannot be one', { 'a b': monotonousTimestamps() }, 'sources'],
    ['sources within a source', { a: perSource(sourceOf, { b: monotonousTimestamps() }) }, 'sources.a'],
    ['a bound that cannot be', { a: boundedOutOfOrderness('-1s') }, 'sources.a.bound'],
  ])('are refused with the field: %s', (_what, sources, field) => {
    expect(() => perSource(sourceOf, sources as never).buildSources()).toThrow(expect.objectContaining({ name: 'InvalidArgument', field }));
  });
});
