import type { Pane } from 'mullion';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Reading } from '../../examples/streaming-analytics.ts';
import { readings } from '../../local/examples/streaming-analytics.ts';
import { generatedEvents } from '../../shared/generate/generated-events.ts';
import { runExample } from './run-example.ts';

const MINUTE_MS = 60_000;
const SHORT = { lengthMs: 4 * MINUTE_MS, speed: 30, eventsPerSecond: 1_500, seed: 3 };
const ARGS = ['--for', '4m', '--speed', '30', '--rate', '1500', '--seed', '3'];
const RULED_OUT = 'source-2';

type Figures = Record<'readings' | 'sensors' | 'temperature' | 'hottest', number>;

/** The readings that are sent, each once, and how many are. */
const sent = [...generatedEvents(readings(SHORT))].map(({ json }) => JSON.parse(json) as Reading);
const all = [...new Map(sent.map((reading) => [reading.id, reading])).values()];

const idOf = (group: object, start: number) => `${JSON.stringify(group)} ${start}`;

/** What is in each window of each group, by the group and its start. */
function plainly(groupsOf: (reading: Reading) => object[], sizeMs: number, slideMs = sizeMs): Map<string, Reading[]> {
  const windows = new Map<string, Reading[]>();
  for (const reading of all) {
    for (let start = Math.floor(reading.time / slideMs) * slideMs; start > reading.time - sizeMs; start -= slideMs) {
      for (const group of groupsOf(reading)) {
        const id = idOf(group, start);
        const own = windows.get(id);
        if (own === undefined) windows.set(id, [reading]);
        else own.push(reading);
      }
    }
  }
  return windows;
}

const combinations = ({ room, source }: Reading) => [{ room, source }, { room }, { source }, {}];
const isCounted = (group: Readonly<Record<string, string>>) => group['source'] !== undefined && group['source'] !== RULED_OUT;

describe('npm run example -- streaming-analytics', { timeout: 120_000 }, () => {
  let panes: Pane[];
  let said: string[];
  const of = (window: string) => panes.filter((pane) => pane.window === window);
  const groupOf = ({ group = {} }: Pane) => group;
  const readingsIn = (some: readonly Pane[]) => some.reduce((sum, { value }) => sum + (value as Figures).readings, 0);

  beforeAll(async () => {
    ({ told: panes, said } = await runExample('streaming-analytics', ...ARGS));
  }, 120_000);

  test.each([
    ['tenSeconds', plainly(combinations, 10_000)],
    ['minute', plainly(({ room, source }) => [{ room }, { source }], MINUTE_MS)],
    ['fiveMinutes', plainly(({ room, source }) => [{ room, source }], 5 * MINUTE_MS, MINUTE_MS)],
  ])('%s says of each source that no rule concerns what a plain computation does', (window, expected) => {
    const fired = of(window).filter((pane) => isCounted(groupOf(pane)));
    const ids = [...expected.keys()].filter((id) => isCounted(JSON.parse(id.slice(0, id.lastIndexOf(' '))) as Record<string, string>));
    expect(fired.map((pane) => idOf(groupOf(pane), pane.start)).toSorted()).toEqual(ids.toSorted());
    for (const pane of fired) {
      const own = expected.get(idOf(groupOf(pane), pane.start)) ?? [];
      const { readings: count, sensors, temperature, hottest } = pane.value as Figures;
      expect([count, sensors, hottest]).toEqual([
        own.length,
        new Set(own.map(({ sensor }) => sensor)).size,
        Math.max(...own.map((reading) => reading.temperature)),
      ]);
      expect(temperature).toBeCloseTo(own.reduce((sum, reading) => sum + reading.temperature, 0) / own.length, 6);
    }
  });

  test('a rule that is set while it runs takes one source out of all that follows', () => {
    expect(said.some((line) => line.startsWith(`rule set: '${RULED_OUT} is being calibrated'`))).toBe(true);
    const counted = of('tenSeconds').filter((pane) => groupOf(pane)['source'] === RULED_OUT);
    const lastOf = (some: readonly Pane[]) => Math.max(...some.map(({ start }) => start));
    const begin = readings(SHORT).startMs;
    expect(Math.min(...counted.map(({ start }) => start))).toBeLessThan(begin + 10_000);
    // The second half is sent when the rule holds.
    expect(lastOf(counted)).toBeLessThanOrEqual(begin + SHORT.lengthMs / 2 + 10_000);
    expect(lastOf(of('tenSeconds'))).toBeGreaterThan(begin + SHORT.lengthMs - 20_000);
  });

  test('accounts for every reading, in every window and combination', () => {
    const accounts = /^read ([\d,]+) = folded ([\d,]+) \+ filtered ([\d,]+) \+ late 0 \+ invalid 0 \+ duplicate ([\d,]+)$/.exec(
      said.find((line) => line.startsWith('read ')) ?? '',
    );
    const [read = NaN, folded = NaN, filtered = NaN, duplicate = NaN] = (accounts ?? [])
      .slice(1)
      .map((text) => Number(text.replaceAll(',', '')));
    expect([read, folded + filtered + duplicate]).toEqual([sent.length, sent.length]);
    const ruledOut = sent.filter(({ source }) => source === RULED_OUT);
    expect(filtered).toBeGreaterThan(ruledOut.length / 3);
    expect(filtered).toBeLessThan(ruledOut.length);
    const by = (window: string, ...fields: string[]) =>
      of(window).filter((pane) => Object.keys(groupOf(pane)).toSorted().join() === fields.join());
    const sums = [[], ['room'], ['source'], ['room', 'source']].map((fields) => readingsIn(by('tenSeconds', ...fields)));
    expect(sums).toEqual([folded, folded, folded, folded]);
    expect([readingsIn(by('minute', 'room')), readingsIn(by('minute', 'source'))]).toEqual([folded, folded]);
    expect(readingsIn(of('fiveMinutes'))).toBe(5 * folded);
  });

  test('sends over a WebSocket, and hears of panes over Server-Sent Events, of all of them', () => {
    expect(said[0]).toMatch(/^readings go over ws:\S+\/ws\/ingest, panes come over http:\S+\/events; in a browser: http:\S+\/dashboard$/);
    expect(said).toContain(`${panes.length} of ${panes.length} panes came over Server-Sent Events`);
  });
});
