import type { LogName } from '../log/keys.ts';
import type { Position } from '../log/position.ts';

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

/**
 * Append-only logs. The only concurrency control of the system: of all who append at one position exactly one succeeds, for ever.
 */
export interface LogStore {
  /** Appends if nothing stands at the position. Linearizable per log. Callers append at `last + 1` only. */
  append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome>;
  /**
   * Some of the entries after a position in order, without a gap, beginning at `after + 1`; empty when there are none. Call again from the
   * last one on until it is empty.
   *
   * @param consistency `'eventual'` (the default) may lag behind appends, at half the price; `'strong'` sees every append that was answered.
   */
  read(log: LogName, after: Position, consistency?: 'eventual' | 'strong'): Promise<readonly PositionedEntry[]>;
  /** The newest entry. Linearizable: sees every append that was answered before the call. */
  last(log: LogName): Promise<PositionedEntry | undefined>;
}
