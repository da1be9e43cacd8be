import type { LogName } from '../log/keys.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../log/log-entry.ts';
import type { Position } from '../log/position.ts';

/**
 * Append-only logs. The only concurrency control of the system: of all who append at one position exactly one succeeds, for ever.
 */
export interface LogStore {
  /** How long an entry is kept at least; absent when for ever. */
  readonly retentionMs?: number;
  /** Appends if nothing stands at the position. Linearizable per log. Callers append at `last + 1` only. */
  append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome>;
  /**
   * Some of the entries after a position in order, without a gap, beginning at `after + 1`; empty when there are none. Call again from the
   * last one on until it is empty.
   *
   * @param consistency `'eventual'` (the default) may lag behind appends, at half the price; `'strong'` sees every append that was answered.
   * @throws {ExpiredLogError} when `after + 1` has expired while later entries are there: waiting for it would be for ever.
   */
  read(log: LogName, after: Position, consistency?: 'eventual' | 'strong'): Promise<readonly PositionedEntry[]>;
  /** The newest entry. Linearizable: sees every append that was answered before the call. */
  last(log: LogName): Promise<PositionedEntry | undefined>;
}
