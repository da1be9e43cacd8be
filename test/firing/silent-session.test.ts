import { afterCount, boundedOutOfOrderness, count, pipeline, session } from 'mullion';
import { TestDriver } from 'mullion/testing';
import { expect, test } from 'vitest';

interface Event {
  readonly at: number;
  readonly isHeartbeat?: true;
}

const SILENT = { early: afterCount(1), onTime: 'ifChanged' } as const;

test.each([
  ['that says nothing again', { trigger: SILENT }],
  ['that has nothing new to say', { trigger: { early: afterCount(1) }, accumulation: 'discarding' }],
] as const)('a session %s at its end does not keep an idle shard from closing it', async (_what, options) => {
  const driver = new TestDriver(
    pipeline<Event>('silent', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      idleness: { timeout: 1_000 },
      filter: ({ isHeartbeat }) => isHeartbeat !== true,
      windows: { visits: { keyBy: () => 'all', window: session(10), aggregate: { n: count() }, ...options } },
    }),
  );
  expect(await driver.send([{ at: 0 }])).toMatchObject([{ start: 0, end: 10, pane: { timing: 'EARLY' } }]);
  // The watermark passes the end of the session, and not yet what may still join it.
  expect(await driver.send([{ at: 15, isHeartbeat: true }])).toEqual([]);
  expect(driver.openWindows()).toBe(1);
  await driver.idle('a');
  expect(driver.openWindows()).toBe(0);
});
