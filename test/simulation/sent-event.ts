import type { Happening } from '../reference/reference-model.ts';
import type { Answer } from './simulated-directory.ts';

export const SOURCES = ['meters', 'gauges', 'probes'] as const;

export type Source = (typeof SOURCES)[number];

/** An event as producers put it, and what becomes of it before windows. */
export interface SentEvent extends Happening {
  readonly id: number;
  readonly source: Source;
  /** Heartbeats and markers are filtered: they move clocks and are in no window. */
  readonly kind: 'event' | 'heartbeat' | 'marker';
  /** Of a marker: no event up to here follows on its shard. */
  readonly upTo?: number;
  /** What it is joined with, if there was anything; absent where nothing is looked up. */
  readonly answer?: Answer | null;
}
