import type { EventTime } from '../time/event-time.ts';
import { floorMod } from '../time/floor-div.ts';
import type { SlicedAssigner } from './window.ts';

/** Windows of `sizeMs` that begin every `slideMs`, at `offsetMs` and whole slides before and after it. */
export interface Slides {
  readonly sizeMs: number;
  readonly slideMs: number;
  readonly offsetMs: number;
}

/**
 * Paired slices: time is cut where a window begins and where one ends, and nowhere else, so that there are at most two slices a slide even when the
 * slide does not divide the size.
 *
 * Source: Krishnamurthy, Wu, Franklin, "On-the-fly sharing for streamed aggregation", SIGMOD 2006.
 */
export function pairedSlices({ sizeMs, slideMs, offsetMs }: Slides): SlicedAssigner {
  // Windows end this far behind a start.
  const restMs = sizeMs % slideMs;
  const startAtOrBefore = (time: number) => time - floorMod(time - offsetMs, slideMs);
  // Events mostly stay in one slice for long, and to divide costs more than to compare.
  let sliceStart = Number.NaN;
  let sliceEnd = Number.NaN;
  return {
    merges: false,
    sliceOf: (time) => {
      if (time >= sliceStart && time < sliceEnd) return sliceStart as EventTime;
      const start = startAtOrBefore(time);
      const cut = start + restMs;
      sliceStart = time >= cut ? cut : start;
      sliceEnd = time >= cut ? start + slideMs : cut;
      return sliceStart as EventTime;
    },
    firstEndOf: (slice) => {
      // The earliest window that still holds the slice is the first one to end behind the slice's start.
      const lastStart = startAtOrBefore(slice);
      const starts = Math.ceil((sizeMs - (slice - lastStart)) / slideMs);
      return (lastStart - (starts - 1) * slideMs + sizeMs) as EventTime;
    },
    lastEndOf: (slice) => (startAtOrBefore(slice) + sizeMs) as EventTime,
    nextEnd: (end) => (end + slideMs) as EventTime,
    startOf: (end) => (end - sizeMs) as EventTime,
  };
}
