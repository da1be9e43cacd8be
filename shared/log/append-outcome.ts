import { Buffer } from 'node:buffer';
import type { AppendOutcome, LogEntry, PositionedEntry } from './log-entry.ts';

/** The outcome of an append that met an entry: our own, whose answer was lost, or another's. Decided by what is there, never by the error alone. */
export function outcomeOfMeeting(mine: LogEntry, found: PositionedEntry): AppendOutcome {
  const same = mine.header === found.header && Buffer.compare(mine.payload, found.payload) === 0;
  return same ? { kind: 'alreadyAppended' } : { kind: 'conflict', found };
}
