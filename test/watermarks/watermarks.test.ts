import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';
import { boundedOutOfOrderness } from '../../shared/watermarks/bounded-out-of-orderness.ts';
import { combineWatermarks } from '../../shared/watermarks/combine.ts';

const at = (time: number) => time as EventTime;

describe('the watermark of a shard', () => {
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

describe('the watermark of a pipeline', () => {
  test('is the minimum over its shards, never below what it was', () => {
    const time = fc.integer({ min: -1_000, max: 1_000 }).map(at);
    fc.assert(
      fc.property(fc.array(time, { minLength: 1 }), time, (shards, floor) => {
        expect(combineWatermarks(shards, floor)).toBe(Math.max(floor, Math.min(...shards)));
      }),
    );
  });

  test('does not move while a shard has delivered nothing, or while no shard is known', () => {
    expect(combineWatermarks([at(5), BEGINNING_OF_TIME, END_OF_TIME], at(3))).toBe(3);
    expect(combineWatermarks([], at(3))).toBe(3);
    expect(combineWatermarks([], BEGINNING_OF_TIME)).toBe(BEGINNING_OF_TIME);
  });
});
