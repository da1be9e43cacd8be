import type { Pane } from 'mullion';
import type { OversizedRefusal, Refusal } from '../../shared/log/refusal.ts';
import type { Finished } from './reference-model.ts';

/** Where later panes replace earlier ones: the newest of each window. */
export function lastWord(panes: readonly Pane[]): Finished[] {
  const last = new Map<string, Finished>();
  for (const { key, start, end, count: events, value } of panes) {
    last.set(`${key} ${start} ${end}`, { key, start, end, count: events, total: value.total as number });
  }
  return inOrder([...last.values()]);
}

/** Where panes are withdrawn or add up: what remains of them. */
export function balance(panes: readonly Pane[]): Finished[] {
  const sums = new Map<string, Finished>();
  for (const { key, start, end, count: events, value, pane } of panes) {
    const sign = pane.isRetraction === true ? -1 : 1;
    const name = `${key} ${start} ${end}`;
    const before = sums.get(name) ?? { key, start, end, count: 0, total: 0 };
    sums.set(name, { ...before, count: before.count + sign * events, total: before.total + sign * (value.total as number) });
  }
  return inOrder([...sums.values()].filter(({ count: events }) => events !== 0));
}

export function inOrder(windows: readonly Finished[]): Finished[] {
  return windows.toSorted((a, b) => a.start - b.start || a.end - b.end || (a.key < b.key ? -1 : 1));
}

/**
 * A refusal as far as a restart must repeat it. Any watermark that has passed the windows proves that a record is too late: a function quotes the newest
 * that it has looked up, or an older one when that was enough.
 */
export function withoutWatermark(refusal: unknown): Omit<Refusal, 'watermark'> {
  const { watermark: _, ...said } = refusal as Exclude<Refusal, OversizedRefusal>;
  return said;
}
