import { type Axis, type Plot, points, toFirst } from './plot.ts';
import type { SteadyState } from './steady-states.ts';

/** What steady states have in common, along an axis. */
export interface SteadyAxis {
  readonly x: Axis;
  readonly xs: readonly number[];
}

/** The work of an event. */
export function workPlot(title: string, to: string, { x, xs }: SteadyAxis, states: readonly SteadyState[]): Plot {
  return {
    title,
    x,
    y: { what: to, scale: 'linear' },
    series: [
      { name: 'CPU of ingest and fire', points: toFirst(xs, of(states, 'cpuUs')) },
      { name: 'write units, commits and epochs', points: toFirst(xs, of(states, 'writeUnits')) },
      { name: 'snapshot bytes for a byte of commits', points: points(xs, of(states, 'snapshotShare')) },
    ],
  };
}

/** What is kept, and what a start reads of it. */
export function statePlot(title: string, { x, xs }: SteadyAxis, states: readonly SteadyState[]): Plot {
  return {
    title,
    x,
    y: { what: 'bytes', scale: 'log' },
    series: [
      { name: 'the newest snapshot', points: points(xs, of(states, 'snapshotBytes')).filter(([, bytes]) => bytes > 0) },
      { name: 'what a cold start reads', points: points(xs, of(states, 'coldBytes')) },
    ],
  };
}

function of(states: readonly SteadyState[], name: keyof SteadyState): number[] {
  return states.map((state) => state[name]);
}
