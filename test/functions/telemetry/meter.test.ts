import { describe, expect, test } from 'vitest';
import { type Figure, Meter } from '../../../functions/telemetry/meter.ts';
import type { MetricLevel } from '../../../functions/telemetry/metric-catalogue.ts';

/** A meter at half past a minute, and everything it has written. */
function meterAt(level: MetricLevel = 'shards') {
  const clock = { at: 30_000, nowMs: () => clock.at };
  const lines: (readonly Figure[])[] = [];
  const meter = new Meter({ writer: { write: (figures) => lines.push(figures) }, clock, level });
  return { meter, clock, lines };
}

describe('a meter', () => {
  test('writes at the end of the first invocation, and then once a minute of the clock, what came together meanwhile', () => {
    const { meter, clock, lines } = meterAt();
    meter.add('events', 10);
    meter.flush();
    expect(lines).toEqual([[{ name: 'events', values: [10] }]]);
    for (const events of [1, 2, 3]) {
      meter.add('events', events);
      meter.flush();
    }
    clock.at = 59_999;
    meter.flush();
    expect(lines).toHaveLength(1);
    clock.at = 60_000;
    meter.flush();
    expect(lines[1]).toEqual([{ name: 'events', values: [6] }]);
  });

  test('keeps the least and the most of what goes up and down, and one value where they are the same', () => {
    const { meter, lines } = meterAt();
    for (const lagMs of [500, 20, 300]) meter.see('watermarkLagMs', lagMs);
    meter.see('openWindows', 7);
    meter.see('conservationDifference', 0);
    meter.flush();
    expect(lines).toEqual([
      [
        { name: 'watermarkLagMs', values: [20, 500] },
        { name: 'openWindows', values: [7] },
        { name: 'conservationDifference', values: [0] },
      ],
    ]);
  });

  test('writes nothing of what did not happen, nor when nothing did', () => {
    const { meter, clock, lines } = meterAt();
    meter.add('invalidEvents', 0);
    meter.flush();
    expect(lines).toEqual([]);
    // A minute in which nothing was written is not used up.
    clock.at = 31_000;
    meter.add('events', 1);
    meter.flush();
    expect(lines).toHaveLength(1);
  });

  test('tells shards apart', () => {
    const { meter, lines } = meterAt();
    meter.see('shardWatermarkLagMs', 5, 'a');
    meter.see('shardWatermarkLagMs', 9, 'b');
    meter.see('shardWatermarkLagMs', 7, 'a');
    meter.flush();
    expect(lines).toEqual([
      [
        { name: 'shardWatermarkLagMs', shard: 'a', values: [5, 7] },
        { name: 'shardWatermarkLagMs', shard: 'b', values: [9] },
      ],
    ]);
  });

  test.each<[MetricLevel, string[]]>([
    ['none', []],
    ['vital', ['events']],
    ['all', ['events', 'panes']],
    ['shards', ['events', 'panes', 'shardWatermarkLagMs']],
  ])('that is told %s publishes %j of three', (level, expected) => {
    const { meter, lines } = meterAt(level);
    meter.add('events', 1);
    meter.add('panes', 1);
    meter.see('shardWatermarkLagMs', 1, 'a');
    meter.flush();
    expect(lines.flat().map(({ name }) => name)).toEqual(expected);
  });
});
