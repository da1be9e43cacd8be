import { expect, test } from 'vitest';
import { statusLines } from '../../cli/view/format-status.ts';
import type { Standing } from '../../shared/view/standing.ts';

const standing = (unreadCommits: number) =>
  ({
    state: 'running',
    lanes: [],
    pending: [],
    watermark: 60_000,
    lagMs: 3_600_000_000,
    openByWindow: { minutes: 2, hours: 1 },
    panesFired: 7,
    counts: { read: 3, folded: 3, filtered: 0, late: 0, invalid: 0 },
    lateByWindow: {},
    unreadCommits,
    isCurrent: true,
  }) as unknown as Standing;

test('how many windows are open is said as of the last firing, where something has come since', () => {
  expect(statusLines('sales', standing(0))).toContain('windows     3 open, 7 panes fired');
  expect(statusLines('sales', standing(5))).toEqual(
    expect.arrayContaining(['windows     3 open at the last firing, 7 panes fired', 'unread      5 batches since the last firing']),
  );
});

test('one batch is one', () => {
  expect(statusLines('sales', standing(1))).toContain('unread      1 batch since the last firing');
});

test('a lag is said in a unit that one can read', () => {
  expect(statusLines('sales', standing(0))[1]).toBe('watermark   1970-01-01 00:01:00, 42 days behind');
});
