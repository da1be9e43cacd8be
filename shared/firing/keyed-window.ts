import type { EventTime } from '../time/event-time.ts';

/** A window of a key. */
export interface KeyedWindow {
  readonly key: string;
  readonly start: EventTime;
  readonly end: EventTime;
}
