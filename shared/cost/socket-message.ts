// What API Gateway takes, and what the function behind it does.
const BYTES_MAX = 128 * 1_024;
const EVENTS_MAX = 500;
// `{"id":"17","events":[…]}`, and `{"data":…},` around each.
const AROUND_ALL_BYTES = 24;
const AROUND_EACH_BYTES = 10;

/** Of a message over a WebSocket with so many events. */
export function messageBytes(events: number, eventBytes: number): number {
  return AROUND_ALL_BYTES + events * (eventBytes + AROUND_EACH_BYTES);
}

/** How many events of this size a message may have. */
export function messageEventsMax(eventBytes: number): number {
  return Math.min(EVENTS_MAX, Math.floor((BYTES_MAX - AROUND_ALL_BYTES) / (eventBytes + AROUND_EACH_BYTES)));
}
