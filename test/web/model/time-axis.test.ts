import { describe, expect, test } from 'vitest';
import { spanText } from '../../../web/model/span-text.ts';
import { boundsText, spanOf, ticksBetween } from '../../../web/model/time-axis.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('the axis of event time', () => {
  test.each([
    [0, 60_000, ['00:00:00', '00:00:15', '00:00:30', '00:00:45', '00:01:00']],
    [-1_000, 1_000, ['23:59:59', '23:59:59.500', '00:00:00', '00:00:00.500', '00:00:01']],
    [0, 10 * DAY, ['1 Jan', '3 Jan', '5 Jan', '7 Jan', '9 Jan', '11 Jan']],
    [Date.UTC(2001, 0, 10), Date.UTC(2001, 0, 10, 1), ['00:00', '00:15', '00:30', '00:45', '01:00']],
  ])('from %d to %d has marks at moments that are easily read', (from, to, texts) => {
    const ticks = ticksBetween(from, to, 5);
    expect(ticks.map(({ text }) => text.replace(/\.000$/, ''))).toEqual(texts);
    expect(ticks.every(({ time }) => time >= from && time <= to)).toBe(true);
  });

  test('has never more marks than there is room for', () => {
    for (let span = 1; span < 1e13; span *= 3) expect(ticksBetween(7, 7 + span, 6).length).toBeLessThanOrEqual(7);
  });

  test('shows ten of the shortest windows, and one long one where that is not too much', () => {
    expect(spanOf([])).toBe(MINUTE);
    expect(spanOf([5_000])).toBe(50_000);
    expect(spanOf([MINUTE, 20 * MINUTE])).toBe(32 * MINUTE);
    expect(spanOf([MINUTE, DAY])).toBe(48 * MINUTE);
  });

  test('names a window by its bounds, as exactly as they are', () => {
    expect(boundsText(Date.UTC(2001, 0, 10), Date.UTC(2001, 0, 11))).toBe('10 Jan 2001');
    expect(boundsText(5_000, 10_000)).toBe('00:00:05 – 00:00:10');
    expect(boundsText(0, 5 * MINUTE)).toBe('00:00 – 00:05');
    expect(boundsText(1_234, 4_234)).toBe('00:00:01.234 – 00:00:04.234');
  });
});

test.each([
  [340, '340 ms'],
  [2_140, '2.1 s'],
  [-2_140, '2.1 s'],
  [59_000, '59 s'],
  [240_000, '4 min'],
  [DAY, '1 day'],
  [3 * DAY, '3 days'],
  [25.8 * 365.25 * DAY, '26 years'],
])('%d ms are said as %s', (ms, text) => {
  expect(spanText(ms)).toBe(text);
});
