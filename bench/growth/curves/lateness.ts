import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import { type Growth, points, toFirst } from '../plot.ts';
import { type SteadyState, steadyStates } from '../steady-states.ts';

const WINDOW_MS = 60_000;
const WINDOWS_LATE = [0, 1, 5, 15, 60, 240, 1_440];

/** Windows of a minute that take events for so many more. */
function lateBy(windows: number) {
  return pipeline<Measurement>('measurements', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    windows: {
      perMinute: {
        keyBy: ({ deviceId }) => deviceId,
        window: tumbling(WINDOW_MS),
        allowedLateness: windows * WINDOW_MS,
        aggregate: AMOUNTS,
      },
    },
  });
}

export const benchmark: Growth = {
  about: 'allowed lateness, in windows of a minute: 2,000 events of 500 keys a window',
  async run() {
    const states = await steadyStates(
      WINDOWS_LATE.map((windows) => ({ definition: lateBy(windows), fullAfter: windows })),
      { stepMs: WINDOW_MS, eventsAStep: 2_000, keys: 500 },
    );
    const of = (name: keyof SteadyState) => states.map((state) => state[name]);
    // The window that is filling is open, too.
    const xs = WINDOWS_LATE.map((windows) => windows + 1);
    const x = { what: 'open windows: allowed lateness ÷ size, and one', scale: 'log' } as const;
    return {
      'lateness-work': {
        title: 'Allowed lateness: work of an event, none of them late',
        x,
        y: { what: 'to no allowed lateness', scale: 'linear' },
        series: [
          { name: 'CPU of ingest and fire', points: toFirst(xs, of('cpuUs')) },
          { name: 'write units, commits and epochs', points: toFirst(xs, of('writeUnits')) },
          { name: 'snapshot bytes for a byte of commits', points: points(xs, of('snapshotShare')) },
        ],
      },
      'lateness-state': {
        title: 'Allowed lateness: state',
        x,
        y: { what: 'bytes', scale: 'log' },
        series: [
          { name: 'the newest snapshot', points: points(xs, of('snapshotBytes')).filter(([, bytes]) => bytes > 0) },
          { name: 'what a cold start reads', points: points(xs, of('coldBytes')) },
        ],
      },
    };
  },
};
