import { calendar, global, session, sliding, tumbling } from 'mullion';
import { expect, test } from 'vitest';
import { monthlyCost } from '../../shared/cost/monthly-cost.ts';
import { runningWorkload } from '../../shared/cost/running-workload.ts';

const load = { rate: 100, eventBytes: 200, keys: 50, shards: 2, lanes: 1 };

test('the window that fires most often stands for all', () => {
  const assigners = [tumbling('1h').build(), sliding('10m', '1m').build(), session('5m').build()];
  expect(runningWorkload({ ...load, assigners })).toMatchObject({ windowMs: 600_000, slideMs: 60_000, keys: 50, shards: 2 });
});

test('windows of every kind can be paid for', () => {
  for (const definition of [tumbling('1d'), session('2s'), global(), calendar('month', { timeZone: 'Europe/Oslo' })]) {
    const { dollars } = monthlyCost(runningWorkload({ ...load, assigners: [definition.build()] }));
    expect(dollars).toBeGreaterThan(0);
  }
});

test('shards are as many as AWS would ask for, where an emulator took more', () => {
  expect(runningWorkload({ ...load, rate: 4_500, assigners: [tumbling('1m').build()] })).toMatchObject({ shards: 5 });
});
