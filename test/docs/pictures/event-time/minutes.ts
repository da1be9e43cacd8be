import { boundedOutOfOrderness, count, type Pane, pipeline, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';

/** When an event happened, and when it arrived, in seconds behind noon. */
const EVENTS: readonly (readonly [happened: number, arrived: number])[] = [
  [2, 6],
  [10, 14],
  [6, 23],
  [27, 30],
  [38, 41],
  [25, 50],
  [55, 58],
  [62, 66],
  [72, 75],
  [46, 82],
  [86, 90],
  [21, 100],
  [105, 108],
  [113, 118],
  [124, 128],
  [136, 139],
  [110, 146],
  [148, 152],
  [158, 161],
  [33, 168],
  [172, 176],
  [186, 190],
  [203, 206],
];

export const BOUND_S = 20;
export const LATENESS_S = 60;

const NOON_MS = Date.UTC(2026, 0, 5, 12);

const minutes = pipeline<{ readonly at: number }>()('minutes', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(`${BOUND_S}s`),
  windows: { perMinute: { keyBy: () => 'all', window: tumbling('1m'), allowedLateness: `${LATENESS_S}s`, aggregate: { events: count() } } },
});

/** What came of one event. Times are seconds behind noon. */
export interface Arrived {
  readonly happened: number;
  readonly arrived: number;
  /** Behind it; it never goes back. */
  readonly watermark: number;
  readonly isRefused: boolean;
  /** What it let fire. */
  readonly panes: readonly Fired[];
}

export interface Fired {
  readonly start: number;
  readonly end: number;
  readonly events: number;
  readonly timing: Pane['pane']['timing'];
}

/** One event after the other through the engine. */
export async function runMinutes(): Promise<Arrived[]> {
  const driver = new TestDriver(minutes, { now: NOON_MS });
  const arrivals: Arrived[] = [];
  for (const [happened, arrived] of EVENTS) {
    const refused = driver.sideOutput().length;
    const fired = await driver.send([{ at: NOON_MS + happened * 1_000 }], { arrival: NOON_MS + arrived * 1_000 });
    const panes = fired.map(({ start, end, value, pane }) => ({
      start: secondsOf(start),
      end: secondsOf(end),
      events: value.events,
      timing: pane.timing,
    }));
    arrivals.push({
      happened,
      arrived,
      watermark: secondsOf(driver.watermark() ?? 0),
      isRefused: driver.sideOutput().length > refused,
      panes,
    });
  }
  return arrivals;
}

function secondsOf(timeMs: number): number {
  return (timeMs - NOON_MS) / 1_000;
}
