import { outcomeOfMeeting } from '../../shared/log/append-outcome.ts';
import { expiredEntry } from '../../shared/log/expired-log-error.ts';
import type { LogName } from '../../shared/log/keys.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import { nextPosition, ORIGIN, type Position } from '../../shared/log/position.ts';

/**
 * What one log holds, as a value: nothing changes it, so that a million states can share it. Unlike the store in memory it refuses nothing
 * that DynamoDB would take: an append that leaves a hole, or at a position that has expired, succeeds. Then a check has something to find.
 */
export class LogContents {
  static readonly EMPTY = new LogContents([], ORIGIN);
  /** By position, not always without holes. */
  readonly entries: readonly PositionedEntry[];
  /** The highest position that was ever won, whether or not its entry is still there. */
  readonly highest: Position;

  private constructor(entries: readonly PositionedEntry[], highest: Position) {
    this.entries = entries;
    this.highest = highest;
  }

  at(position: Position): PositionedEntry | undefined {
    return this.entries.find((entry) => entry.position === position);
  }

  append(position: Position, entry: LogEntry): { readonly outcome: AppendOutcome; readonly after: LogContents } {
    const found = this.at(position);
    if (found !== undefined) return { outcome: outcomeOfMeeting(entry, found), after: this };
    return { outcome: { kind: 'appended' }, after: this.with(position, entry) };
  }

  /** Without any condition: what stands there is overwritten. */
  with(position: Position, entry: LogEntry): LogContents {
    const entries = [...this.entries.filter((each) => each.position !== position), { ...entry, position }];
    return new LogContents(
      entries.sort((a, b) => a.position - b.position),
      position > this.highest ? position : this.highest,
    );
  }

  /** @throws {ExpiredLogError} when the next entry is not there, and later ones are. */
  read(log: LogName, after: Position): readonly PositionedEntry[] {
    const behind = this.entries.filter(({ position }) => position > after);
    if (behind[0] !== undefined && behind[0].position !== after + 1) throw expiredEntry(log, nextPosition(after));
    return behind.filter(({ position }, index) => position === after + 1 + index);
  }

  last(): PositionedEntry | undefined {
    return this.entries.at(-1);
  }

  /** What time to live leaves. */
  expired(upTo: Position): LogContents {
    return new LogContents(
      this.entries.filter(({ position }) => position > upTo),
      this.highest,
    );
  }
}
