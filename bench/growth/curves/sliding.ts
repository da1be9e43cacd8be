import { boundedOutOfOrderness, pipeline, sliding } from 'mullion';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import type { Growth } from '../plot.ts';
import { statePlot, workPlot } from '../steady-plots.ts';
import { steadyStates } from '../steady-states.ts';

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
    const axis = { x: { what: 'size ÷ slide', scale: 'log' }, xs: SLIDES } as const;
    return {
      'sliding-work': workPlot('Windows that overlap: work of an event', 'to windows of one slide', axis, states),
      'sliding-state': statePlot('Windows that overlap: state', axis, states),
    };
  },
};
