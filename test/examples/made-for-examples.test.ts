import type { Pane } from 'mullion';
import { describe, expect, test } from 'vitest';
import { type Operation, PROFILES } from '../../examples/llm-operations.ts';
import type { Purchase } from '../../examples/purchases.ts';
import { operations } from '../../local/examples/llm-operations.ts';
import { purchases } from '../../local/examples/purchases.ts';
import { percentileOf } from './plain-earthquakes.ts';
import { runExample } from './run-example.ts';

const MINUTE_MS = 60_000;

const totalOf = (events: readonly Purchase[]) => events.reduce((sum, { amount }) => sum + amount, 0);

/** Every window of a key, as `key start end`, and what is in it. */
function inWindows<E extends { readonly at: number }>(
  events: readonly E[],
  keyOf: (event: E) => string,
  sizeMs: number,
  slideMs = sizeMs,
): Map<string, E[]> {
  const windows = new Map<string, E[]>();
  for (const event of events) {
    const last = Math.floor(event.at / slideMs) * slideMs;
    for (let start = last; start > event.at - sizeMs; start -= slideMs) {
      const id = `${keyOf(event)} ${start} ${start + sizeMs}`;
      windows.set(id, [...(windows.get(id) ?? []), event]);
    }
  }
  return windows;
}

/** Sessions, which end a gap after their last event. */
function inSessions<E extends { readonly at: number }>(events: readonly E[], keyOf: (event: E) => string, gapMs: number): Map<string, E[]> {
  const sessions = new Map<string, E[]>();
  for (const [key, own] of Map.groupBy(
    events.toSorted((a, b) => a.at - b.at),
    keyOf,
  )) {
    let open: E[] = [];
    const close = () => {
      if (open.length > 0) sessions.set(`${key} ${open[0]?.at} ${(open.at(-1)?.at ?? 0) + gapMs}`, open);
    };
    for (const event of own) {
      if (open.length > 0 && event.at - (open.at(-1)?.at ?? 0) > gapMs) {
        close();
        open = [];
      }
      open.push(event);
    }
    close();
  }
  return sessions;
}

const idOf = ({ key, start, end }: Pane) => `${key} ${start} ${end}`;
const finals = (panes: readonly Pane[], window: string) => panes.filter((pane) => pane.window === window && pane.pane.timing === 'ON_TIME');

describe('npm run example -- purchases', async () => {
  const all = purchases().map(({ event }) => event);
  const { told: panes, accounts } = await runExample('purchases');

  test.each([
    ['everyFive', inWindows(all, ({ store }) => store, 5_000)],
    ['lastFive', inWindows(all, ({ store }) => store, 5_000, 2_000)],
    ['sprees', inSessions(all, ({ user }) => user, 2_000)],
  ])('%s says of each window what a plain computation does', (window, expected) => {
    const fired = panes.filter((pane) => pane.window === window);
    expect(fired).toHaveLength(expected.size);
    for (const pane of fired) {
      const events = expected.get(idOf(pane)) ?? [];
      const { total, average, purchases: count, users } = pane.value as Record<string, number>;
      expect(total).toBeCloseTo(totalOf(events), 6);
      expect(average).toBeCloseTo(totalOf(events) / events.length, 6);
      expect(count).toBe(events.length);
      if (window !== 'sprees') expect(users).toBe(new Set(events.map(({ user }) => user)).size);
    }
  });

  test('accounts for every purchase', () => {
    expect(accounts).toBe(`read ${all.length} = folded ${all.length} + filtered 0 + late 0 + invalid 0`);
  });
});

describe.each(Object.entries(PROFILES))('npm run example -- llm-operations --profile %s', async (profile, { metrics }) => {
  const arrived = operations();
  const all = arrived.map(({ event }) => event);
  const requests = all.filter((event): event is Operation & { kind: 'request' } => event.kind === 'request');
  const { told: panes, accounts } = await runExample('llm-operations', '--profile', profile);

  test('tells latency, errors and throughput of each model', () => {
    const expected = inWindows(requests, ({ model }) => model, Number.parseInt(metrics, 10) * MINUTE_MS);
    const fired = finals(panes, 'performance');
    expect(new Set(fired.map(idOf))).toEqual(new Set(expected.keys()));
    for (const pane of fired) {
      const events = expected.get(idOf(pane)) ?? [];
      const sorted = events.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b);
      const { latency, tokens } = pane.value as { latency: Record<string, number>; tokens: number };
      const seconds = (pane.end - pane.start) / 1_000;
      expect(latency.total).toBe(events.length);
      expect(latency.errorRate).toBeCloseTo(events.filter(({ failed }) => failed).length / events.length, 9);
      expect(latency.perSecond).toBeCloseTo(events.length / seconds, 9);
      expect(tokens).toBe(events.reduce((sum, event) => sum + event.tokens, 0));
      for (const p of [50, 95, 99]) {
        const exact = percentileOf(sorted, p / 100);
        expect(Math.abs((latency[`p${p}`] ?? 0) / exact - 1)).toBeLessThanOrEqual(0.0101);
      }
    }
  });

  test('joins what a person says to sittings', () => {
    const feedback = all.filter((event): event is Operation & { kind: 'feedback' } => event.kind === 'feedback');
    const expected = inSessions(feedback, ({ user }) => user, 30 * MINUTE_MS);
    expect(new Map(finals(panes, 'feedback').map((pane) => [idOf(pane), pane.value.answers]))).toEqual(
      new Map([...expected].map(([id, events]) => [id, events.length])),
    );
  });

  test('tells a critical anomaly with the batch that brings it, long before its window ends', () => {
    const critical = arrived.find(({ event }) => event.kind === 'anomaly' && event.severity === 'critical');
    const first = panes.find(({ window, value }) => window === 'anomalies' && Number(value.critical) > 0);
    expect(critical).toBeDefined();
    expect(first?.pane.timing).toBe('EARLY');
    // Of the fifteen windows that it is in, the one that ends last.
    expect(Math.max(...panes.filter((pane) => pane.epoch.position === first?.epoch.position).map(({ end }) => end))).toBeGreaterThan(
      (critical?.arrivedAtMs ?? 0) + 10 * MINUTE_MS,
    );
    expect(first?.watermark).toBeLessThan(critical?.event.at ?? 0);
  });

  test('accounts for everything', () => {
    expect(accounts).toBe(
      `read ${all.length.toLocaleString('en-US')} = folded ${all.length.toLocaleString('en-US')} + filtered 0 + late 0 + invalid 0`,
    );
  });
});
