import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../time/event-time.ts';

/** Whether a watermark says a moment: none does before the first event, nor after a drain. */
export function isKnown(watermark: EventTime): boolean {
  return watermark > BEGINNING_OF_TIME && watermark < END_OF_TIME;
}

/** How far a watermark is behind the wall clock; none while it says no moment. */
export function lagOf(watermark: EventTime, nowMs: number): number | undefined {
  return isKnown(watermark) ? nowMs - watermark : undefined;
}
