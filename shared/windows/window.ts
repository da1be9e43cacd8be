import type { EventTime } from '../time/event-time.ts';

/**
 * How events are put into windows. A definition is frozen data; its logic is built from it, and building is where it is checked.
 *
 * @typeParam E The event, where the assignment depends on it.
 */
export interface WindowDefinition<E = unknown> {
  /** What it is, in words that identify it: state made under other words is never mixed with it. `tumbling(86400000, offset 0)`. */
  describe(): string;
  /** @throws {InvalidArgument} naming its own field when the definition cannot work. */
  build(): WindowAssigner<E>;
}

/** Windows that are fixed stretches of time. */
export interface SlicedDefinition extends WindowDefinition {
  build(): SlicedAssigner;
}

/** How a window definition puts events into windows: by slices of time that are the same for every key, or by merging what is near. */
export type WindowAssigner<E> = SlicedAssigner | MergingAssigner<E>;

/**
 * Windows that are fixed stretches of time. They are made of slices: an event is folded once, into the one slice that holds it, and a window is
 * the merge of its slices, however many windows share a slice.
 *
 * Bounds are half-open, `[start, end)`, in epoch milliseconds, also for negative times. A window is complete when
 * `watermark >= end - 1` (Flink's convention).
 *
 * Bounds travel as bare numbers rather than as pairs: this runs for every event.
 */
export interface SlicedAssigner {
  readonly merges: false;
  /** Start of the slice that holds the time. */
  sliceOf(time: EventTime): EventTime;
  /** End of the first window, by end, that holds the slice with this start. */
  firstEndOf(slice: EventTime): EventTime;
  /** End of the last window, by end, that holds the slice with this start. */
  lastEndOf(slice: EventTime): EventTime;
  /** End of the window that comes after the one with this end. */
  nextEnd(end: EventTime): EventTime;
  /** Start of the window with this end. */
  startOf(end: EventTime): EventTime;
}

/**
 * Windows that events make for themselves, per key: every event opens a stretch `[time, time + gap]`, and stretches that touch are one
 * window. Its end is the end of the last stretch; it is complete when `watermark >= end`, for an event at `end` exactly still belongs to it.
 */
export interface MergingAssigner<E> {
  readonly merges: true;
  /** How long after an event its window waits for the next one, in milliseconds. */
  gapMsOf(this: void, event: E): number;
  /** No gap is longer. */
  readonly gapMsMax: number;
  /** No window is longer; the next event opens another. Infinite when there is no such bound. */
  readonly durationMsMax: number;
}
