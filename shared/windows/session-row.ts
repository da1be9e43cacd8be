import type { EventTime } from '../time/event-time.ts';

// A key may have several sessions in one table, and a table has one row a name: the start stands before the key.
const DIVIDER = '~';

/** The name of a session's row: its start and its key. */
export function sessionRowName(start: EventTime, key: string): string {
  return `${start}${DIVIDER}${key}`;
}

/** The key in the name of a session's row. */
export function keyOfSessionRow(name: string): string {
  return name.slice(name.indexOf(DIVIDER) + 1);
}
