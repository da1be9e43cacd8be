import { boundedOutOfOrderness, pipeline, sliding } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import { type Growth, points, toFirst } from '../plot.ts';
import { type SteadyState, steadyStates } from '../steady-states.ts';

const SLIDES = [1, 6, 60, 600, 3_600];
const SLIDE_MS = 10_000;

/** Windows of so many slides. */
function overlapping(slides: number) {
  return pipeline<Measurement>('measurements', {
    timestamp: ({ at }) => at,
    watermark: boundedOutOfOrderness(0),
    windows: {
      recent: { keyBy: ({ deviceId }) => deviceId, window: sliding(slides * SLIDE_MS, SLIDE_MS), aggregate: AMOUNTS },
    },
  });
}

export const benchmark: Growth = {
  about: 'windows that overlap, by how many slides a window has: 1,200 events of 200 keys a slide',
  async run() {
    const states = await steadyStates(
      SLIDES.map((slides) => ({ definition: overlapping(slides), fullAfter: slides })),
      { stepMs: SLIDE_MS, eventsAStep: 1_200, keys: 200 },
    );
    const of = (name: keyof SteadyState) => states.map((state) => state[name]);
    const x = { what: 'size ÷ slide', scale: 'log' } as const;
    return {
      'sliding-work': {
        title: 'Windows that overlap: work of an event',
        x,
        y: { what: 'to windows of one slide', scale: 'linear' },
        series: [
          { name: 'CPU of ingest and fire', points: toFirst(SLIDES, of('cpuUs')) },
          { name: 'write units, commits and epochs', points: toFirst(SLIDES, of('writeUnits')) },
          { name: 'snapshot bytes for a byte of commits', points: points(SLIDES, of('snapshotShare')) },
        ],
      },
      'sliding-state': {
        title: 'Windows that overlap: state',
        x,
        y: { what: 'bytes', scale: 'log' },
        series: [
          { name: 'the newest snapshot', points: points(SLIDES, of('snapshotBytes')).filter(([, bytes]) => bytes > 0) },
          { name: 'what a cold start reads', points: points(SLIDES, of('coldBytes')) },
        ],
      },
    };
  },
};
