import { InvalidRecord } from './invalid-record.ts';

// What a record may hold: each must be a bounded amount of work, and so must be the thousands of a batch. Different events take more than a byte, however well they are zipped.
export const EVENTS_MAX = 100_000;
const EVENTS_A_BYTE_MAX = 1;
const EVENTS_MAX_OF_SMALL = 100;

/** How many events a record of so many bytes may hold. */
export function eventsMaxOf(bytes: number): number {
  return Math.min(EVENTS_MAX, Math.max(EVENTS_MAX_OF_SMALL, bytes * EVENTS_A_BYTE_MAX));
}

export function tooMany(countMax: number): InvalidRecord {
  return new InvalidRecord('packed', `the record holds more than ${countMax} events, or lines`);
}
