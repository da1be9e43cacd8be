import type { Position } from './position.ts';

/** What stands at one position of a log. */
export interface LogEntry {
  /** JSON, readable by people. */
  readonly header: string;
  /** Framed and checksummed bytes. */
  readonly payload: Uint8Array;
}

export interface PositionedEntry extends LogEntry {
  readonly position: Position;
}

/** How an append came out. All three are expected; anything else is thrown, and then the entry may or may not have been written. */
export type AppendOutcome =
  | { readonly kind: 'appended' }
  /** The very same entry stood there: an earlier attempt whose answer was lost. */
  | { readonly kind: 'alreadyAppended' }
  /** Another entry stands there. */
  | { readonly kind: 'conflict'; readonly found: PositionedEntry };
