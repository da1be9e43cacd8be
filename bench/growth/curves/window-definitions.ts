import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import { type Growth, toFirst } from '../plot.ts';
import { type SteadyState, steadyStates } from '../steady-states.ts';

const DEFINITIONS = [1, 2, 4, 8, 16];
const WINDOW_MS = 60_000;

function withWindows(definitions: number) {
  const window = {
    keyBy: ({ deviceId }: Measurement) => deviceId,
    window: tumbling(WINDOW_MS),
    aggregate: AMOUNTS,
  };
  return pipeline<Measurement>('measurements', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    windows: Object.fromEntries(Array.from({ length: definitions }, (_each, index) => [`window${index}`, window])),
  });
}

export const benchmark: Growth = {
  about: 'a pipeline by how many windows it defines: 1,000 events of 250 keys a window of a minute',
  async run() {
    const states = await steadyStates(
      DEFINITIONS.map((definitions) => ({ definition: withWindows(definitions), fullAfter: 1 })),
      { stepMs: WINDOW_MS, eventsAStep: 1_000, keys: 250 },
    );
    const of = (name: keyof SteadyState) => states.map((state) => state[name]);
    return {
      'window-definitions': {
        title: 'A pipeline by how many windows it defines',
        x: { what: 'window definitions, each of all events', scale: 'linear' },
        y: { what: 'to one definition', scale: 'linear' },
        series: [
          { name: 'CPU of ingest and fire', points: toFirst(DEFINITIONS, of('cpuUs')) },
          { name: 'write units, commits and epochs', points: toFirst(DEFINITIONS, of('writeUnits')) },
          { name: 'what a cold start reads', points: toFirst(DEFINITIONS, of('coldBytes')) },
        ],
      },
    };
  },
};
