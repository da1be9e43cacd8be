import type { Pane } from 'mullion';
import { expect } from 'vitest';
import type { History, Reading } from './pipeline-simulation.ts';

type Expected = Map<string, { count: number; value: Record<string, number> }>;

/** What must come out, computed from all events at once, without shards, batches or watermarks. */
function reference(sent: readonly Reading[]): Expected {
  const windows = new Map<string, Reading[]>();
  const put = (name: string, reading: Reading) => {
    const group = windows.get(name);
    if (group === undefined) windows.set(name, [reading]);
    else group.push(reading);
  };
  for (const reading of sent) {
    put(`minutes ${reading.sensor} ${Math.floor(reading.at / 4_000) * 4_000}`, reading);
    put(`hours ${reading.sensor.slice(0, 1)} ${Math.floor((reading.at - 7_000) / 20_000) * 20_000 + 7_000}`, reading);
  }
  return new Map(
    [...windows].map(([name, group]) => {
      const total = group.reduce((sum, { amount }) => sum + amount, 0);
      const value = name.startsWith('minutes')
        ? { readings: group.length, total, highest: Math.max(...group.map(({ amount }) => amount)) }
        : { total };
      return [name, { count: group.length, value }];
    }),
  );
}

/** What holds whatever was sent: repeats are identical, nothing is lost or doubled, everything closes, the watermark never falls. */
function checkPromises({ sent, poison, panes, report, counts, refused }: History): Map<string, Pane> {
  const distinct = new Map<string, Pane>();
  for (const pane of panes) {
    const before = distinct.get(pane.id);
    if (before !== undefined) expect(pane).toEqual(before);
    distinct.set(pane.id, pane);
  }
  expect(report.openWindows).toBe(0);
  expect(counts).toMatchObject({ read: sent.length + poison, folded: sent.length - counts.late, filtered: 0, invalid: poison });
  const places = refused.filter(({ id }) => id.startsWith('shardId-'));
  // A writer that lost its append may have refused what the winner, who knew an older watermark, has taken. Never the other way round.
  expect(new Set(places.map(({ id }) => id)).size).toBeGreaterThanOrEqual(poison + counts.late);
  const watermarks = [...distinct.values()].map(({ watermark }) => watermark);
  expect(watermarks).toEqual(watermarks.toSorted((a, b) => a - b));

  const last = new Map<string, Pane>();
  for (const pane of distinct.values()) last.set(`${pane.window} ${pane.key} ${pane.start}`, pane);
  return last;
}

/** Disorder was within the bounds: nothing is late, and every window equals the reference. */
export function checkOrderly(history: History): void {
  expect(history.report.lateByWindow).toEqual({});
  expect(history.panes.filter(({ pane }) => pane.timing !== 'ON_TIME')).toEqual([]);
  const last = checkPromises(history);
  const values = new Map([...last].map(([name, { count, value }]) => [name, { count, value }]));
  expect(values).toEqual(reference(history.sent));
}

/** Some events were older than the bound: each is in a pane or was counted as late, window by window. */
export function checkLate(history: History): void {
  const last = checkPromises(history);
  const expected = reference(history.sent);
  for (const window of ['minutes', 'hours']) {
    const sum = (counted: Iterable<readonly [string, { count: number }]>) =>
      [...counted].reduce((total, [name, { count }]) => total + (name.startsWith(window) ? count : 0), 0);
    expect(sum(last) + (history.report.lateByWindow[window] ?? 0)).toBe(sum(expected));
  }
}
