import { expect, test } from 'vitest';
import { PaneTable } from '../../cli/view/pane-table.ts';
import { period } from '../../cli/view/pane-line.ts';
import { paneOf } from '../fixtures/pane-of.ts';

const DAY_MS = 86_400_000;

function tableOf(options: ConstructorParameters<typeof PaneTable>[1] = {}) {
  const lines: string[] = [];
  return { lines, table: new PaneTable((line) => lines.push(line), { width: () => undefined, ...options }) };
}

test('results stand below each other, numbers by their last digit, and grow with what comes', () => {
  const { lines, table } = tableOf();
  table.add(paneOf({ key: 'Oslo', value: { flights: 7, delay: { mean: 3.5 }, worst: null } }));
  table.add(paneOf({ key: 'Longyearbyen', value: { flights: 1_234, delay: { mean: -0.256 }, worst: 12 } }));
  table.endFiring();
  expect(lines).toEqual([
    '── watermark 1970-01-01 00:01:00 ──',
    '1970-01-01 00:00:00–00:01:00  minutes   Oslo      ON_TIME   flights     7  delay.mean  3.50  worst     –',
    '1970-01-01 00:00:00–00:01:00  minutes   Longyearbyen  ON_TIME   flights 1,234  delay.mean -0.26  worst    12',
  ]);
});

test('the column of windows is as wide from the first line on as any of them needs', () => {
  const { lines, table } = tableOf({ windows: ['minutes', 'lastTenMinutes'] });
  table.add(paneOf({}));
  expect(lines[1]).toContain('  minutes         ');
});

test('a firing shows as many panes as it may, and says how many more there are', () => {
  const { lines, table } = tableOf({ shownMax: 2 });
  for (const key of ['a', 'b', 'c', 'd']) table.add(paneOf({ key }));
  table.add(paneOf({ key: 'e', start: 60_000 }));
  expect(lines.map((line) => line.slice(0, 34))).toEqual([
    '── watermark 1970-01-01 00:01:00 ─',
    '1970-01-01 00:00:00–00:01:00  minu',
    '1970-01-01 00:00:00–00:01:00  minu',
    '            … and 2 more',
    '── watermark 1970-01-01 00:02:00 ─',
    '1970-01-01 00:01:00–00:02:00  minu',
  ]);
});

test('what a terminal has no room for beside the pane stands below it, and nothing is lost', () => {
  const { lines, table } = tableOf({ width: () => 64 });
  table.add(paneOf({ value: { flights: 7, delay: { mean: 3.5, worst: 12 }, distance: 1_024 } }));
  expect(lines.slice(1)).toEqual([
    '1970-01-01 00:00:00–00:01:00  minutes   a         ON_TIME',
    '    flights     7  delay.mean  3.50  delay.worst    12',
    '    distance 1,024',
  ]);
});

test('a terminal gets no line that it would wrap', () => {
  const { lines, table } = tableOf({ width: () => 40 });
  table.add(paneOf({ key: 'k'.repeat(100) }));
  expect(lines[1]).toBe('1970-01-01 00:00:00–00:01:00  minutes  …');
});

test('whole days are told without hours', () => {
  expect(period(0, DAY_MS)).toBe('1970-01-01');
  expect(period(0, 7 * DAY_MS)).toBe('1970-01-01–1970-01-07');
  expect(period(DAY_MS / 2, DAY_MS)).toBe('1970-01-01 12:00:00–1970-01-02 00:00:00');
});
