declare const eventTime: unique symbol;

/** A moment at which something happened, in milliseconds since 1970-01-01T00:00Z; negative before that. Watermarks are event times too. */
export type EventTime = number & { readonly [eventTime]: true };

/** Before every event: the watermark of a shard of which nothing is known yet. */
export const BEGINNING_OF_TIME = Number.NEGATIVE_INFINITY as EventTime;

/** The last moment a JavaScript `Date` can name, in both directions; no event may lie outside. */
export const EVENT_TIME_MAX = 8_640_000_000_000_000 as EventTime;

/** The watermark after a drain: no event follows. */
export const END_OF_TIME = EVENT_TIME_MAX;

/** Whether a number can be an event time: whole milliseconds that a `Date` can name. */
export function isEventTime(value: number): value is EventTime {
  return Number.isInteger(value) && value >= -EVENT_TIME_MAX && value <= EVENT_TIME_MAX;
}
