import { END_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { SlicedAssigner, SlicedDefinition } from './window.ts';

const START = -END_OF_TIME as EventTime;
const END = (END_OF_TIME + 1) as EventTime;

const ASSIGNER: SlicedAssigner = {
  merges: false,
  sliceOf: () => START,
  firstEndOf: () => END,
  lastEndOf: () => END,
  // There is only one.
  nextEnd: () => Number.POSITIVE_INFINITY as EventTime,
  startOf: () => START,
};

/** One window a key, for all time. It is complete only when the pipeline is drained: give it an early trigger, so that something comes out before. */
export function global(): SlicedDefinition {
  return Object.freeze({ describe: () => 'global', build: () => ASSIGNER });
}
