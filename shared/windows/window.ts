import type { EventTime } from '../time/event-time.ts';

/**
 * How events are put into windows. A definition is frozen data; its logic is built from it, and building is where it is checked.
 */
export interface WindowDefinition {
  /** What it is, in words that identify it: state made under other words is never mixed with it. `tumbling(86400000, offset 0)`. */
  describe(): string;
  /** @throws {InvalidArgument} naming its own field when the definition cannot work. */
  build(): WindowAssigner;
}

/**
 * Assigns event times to windows. Bounds are half-open, `[start, end)`, in epoch milliseconds, also for negative times. A window is
 * complete when `watermark >= end - 1` (Flink's convention).
 *
 * Starts and ends travel as bare numbers rather than as pairs: this runs for every event.
 */
export interface WindowAssigner {
  /** Start of the window that holds the time. */
  startOf(time: EventTime): EventTime;
  /** End of the window with this start. */
  endOf(start: EventTime): EventTime;
}
