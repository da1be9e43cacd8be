declare const eventTime: unique symbol;

/** A moment at which something happened, in milliseconds since 1970-01-01T00:00Z; negative before that. Watermarks are event times too. */
export type EventTime = number & { readonly [eventTime]: true };

/** The watermark after a drain: no event follows. The last moment that a JavaScript `Date` can name. */
export const END_OF_TIME = 8_640_000_000_000_000 as EventTime;

/** Before every event: the watermark of a shard of which nothing is known yet. A number that JSON can say, unlike minus infinity. */
export const BEGINNING_OF_TIME = -END_OF_TIME as EventTime;

// As far as the longest duration from the ends of time, so that every bound of every window around an event is a moment, too.
const MARGIN_MS = 100_000 * 86_400_000;

/** No event lies later, nor earlier than its negative. */
export const EVENT_TIME_MAX = (END_OF_TIME - MARGIN_MS) as EventTime;

/** Whether a number can be an event time: whole milliseconds, some 273,000 years around 1970. */
export function isEventTime(value: number): value is EventTime {
  return Number.isInteger(value) && value >= -EVENT_TIME_MAX && value <= EVENT_TIME_MAX;
}
