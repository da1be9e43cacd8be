import type { machine } from '../machine.ts';
import type { Plots } from './plot.ts';

/** What one file of curves measured: what `docs/growth/points.json` holds of it. */
export interface MeasuredGrowth {
  readonly about: string;
  /** The day. */
  readonly measuredAt: string;
  readonly machine: ReturnType<typeof machine>;
  readonly plots: Plots;
}
