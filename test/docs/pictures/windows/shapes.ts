import { count, global, monotonousTimestamps, pipeline, session, sliding, tumbling } from 'mullion';
import { TestDriver } from 'mullion/testing';

/** When the events of one key happened, in seconds. */
export const EVENTS = [2, 5, 6, 9, 14, 16, 21, 22, 24, 27, 29, 42, 44, 51, 53, 57];
export const END_S = 60;

const keyBy = () => 'all';
const aggregate = { events: count() };

const shapes = pipeline<{ readonly at: number }>()('shapes', {
  timestamp: ({ at }) => at,
  watermark: monotonousTimestamps(),
  windows: {
    tumbling: { keyBy, window: tumbling('10s'), aggregate },
    sliding: { keyBy, window: sliding('20s', '10s'), aggregate },
    session: { keyBy, window: session('5s'), aggregate },
    bounded: { keyBy, window: session('5s', { maxDuration: '10s' }), aggregate },
    global: { keyBy, window: global(), aggregate },
  },
});

/** How each kind is written, and what it is like. */
export const KINDS = [
  { name: 'tumbling', code: "tumbling('10s')", about: 'side by side' },
  { name: 'sliding', code: "sliding('20s', '10s')", about: 'one begins every slide' },
  { name: 'session', code: "session('5s')", about: 'until nothing comes for a gap' },
  { name: 'bounded', code: "session('5s', { maxDuration: '10s' })", about: 'and no longer than that' },
  { name: 'global', code: 'global()', about: 'all of time, until a drain' },
] as const;

/** A window that fired. Seconds; what is without a bound has infinite ones. */
export interface Shape {
  readonly window: string;
  readonly start: number;
  readonly end: number;
  readonly events: number;
}

/** The same events in windows of every kind. */
export async function runShapes(): Promise<Shape[]> {
  const driver = new TestDriver(shapes);
  const fired = [...(await driver.send(EVENTS.map((second) => ({ at: second * 1_000 })))), ...(await driver.drain())];
  return fired.map(({ window, start, end, value }) => ({ window, start: start / 1_000, end: end / 1_000, events: value.events }));
}
