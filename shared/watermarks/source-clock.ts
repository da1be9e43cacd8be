import type { EventTime } from '../time/event-time.ts';

/** Where events come from, as the pipeline tells them apart: each source has a clock and an out-of-orderness of its own. */
export type SourceName = string;

/** The source of all events where a pipeline names none. */
export const ONLY_SOURCE: SourceName = '*';

/** How far one source has come on one shard. */
export interface SourceClock {
  /** The highest event time; for punctuated sources the highest marker. Absent while there is none. */
  readonly time?: EventTime;
  /** When the newest record of the source reached the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/** The sources that a shard has delivered. */
export type SourceClocks = Readonly<Record<SourceName, SourceClock>>;

/** The farther of two clocks of a source, in both respects. */
export function laterClock(a: SourceClock, b: SourceClock): SourceClock {
  return clockOf(
    b.time === undefined || (a.time !== undefined && a.time > b.time) ? a.time : b.time,
    Math.max(a.arrivedAtMs, b.arrivedAtMs),
  );
}

/** The nearer of two clocks of a source, in both respects. */
export function earlierClock(a: SourceClock, b: SourceClock): SourceClock {
  return clockOf(
    a.time === undefined || (b.time !== undefined && a.time < b.time) ? a.time : b.time,
    Math.min(a.arrivedAtMs, b.arrivedAtMs),
  );
}

/** Clocks by source, with those that only one side knows. */
export function combineClocks(a: SourceClocks, b: SourceClocks, combine: (a: SourceClock, b: SourceClock) => SourceClock): SourceClocks {
  const combined = new Map(Object.entries(a));
  for (const [source, clock] of Object.entries(b)) {
    const other = combined.get(source);
    combined.set(source, other === undefined ? clock : combine(other, clock));
  }
  return Object.fromEntries(combined);
}

function clockOf(time: EventTime | undefined, arrivedAtMs: number): SourceClock {
  return time === undefined ? { arrivedAtMs } : { time, arrivedAtMs };
}
