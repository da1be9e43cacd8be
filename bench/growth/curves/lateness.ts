import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import type { Growth } from '../plot.ts';
import { statePlot, workPlot } from '../steady-plots.ts';
import { steadyStates } from '../steady-states.ts';

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
    // The window that is filling is open, too.
    const axis = {
      x: { what: 'open windows: allowed lateness ÷ size, and one', scale: 'log' },
      xs: WINDOWS_LATE.map((windows) => windows + 1),
    } as const;
    return {
      'lateness-work': workPlot('Allowed lateness: work of an event, none of them late', 'to no allowed lateness', axis, states),
      'lateness-state': statePlot('Allowed lateness: state', axis, states),
    };
  },
};
