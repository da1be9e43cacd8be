import { outcomeOfMeeting } from '../../log/append-outcome.ts';
import { expiredEntry } from '../../log/expired-log-error.ts';
import type { LogName } from '../../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../../log/position.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../log/log-entry.ts';
import type { LogStore } from '../../ports/log-store.ts';

/** The logs in this process's memory. */
export class MemoryLogStore implements LogStore {
  readonly #logs = new Map<LogName, { entries: PositionedEntry[]; trimmedTo: Position }>();

  async append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    const stored = this.#log(log);
    const last = stored.entries.at(-1)?.position;
    // A log without entries may have expired: only its writer knows where it goes on.
    if (last === undefined) stored.trimmedTo = (position - 1) as Position;
    const found = stored.entries[position - stored.trimmedTo - 1];
    if (found !== undefined) return outcomeOfMeeting(entry, found);
    if (last !== undefined && position !== nextPosition(last))
      throw new RangeError(`${log}: an append at ${position}, but the last entry is ${last}`);
    stored.entries.push({ ...entry, position });
    return { kind: 'appended' };
  }

  async read(log: LogName, after: Position): Promise<readonly PositionedEntry[]> {
    const { entries, trimmedTo } = this.#log(log);
    if (after < trimmedTo && entries.length > 0) throw expiredEntry(log, nextPosition(after));
    return entries.slice(Math.max(0, after - trimmedTo));
  }

  async last(log: LogName): Promise<PositionedEntry | undefined> {
    return this.#log(log).entries.at(-1);
  }

  /** Forgets the entries up to a position, but never the newest: its position must not be won again. What time to live does in DynamoDB. */
  trim(log: LogName, upTo: Position): void {
    const stored = this.#log(log);
    const keepFrom = Math.min(upTo - stored.trimmedTo, stored.entries.length - 1);
    if (keepFrom <= 0) return;
    stored.entries.splice(0, keepFrom);
    stored.trimmedTo = (stored.trimmedTo + keepFrom) as Position;
  }

  /** The names of all logs that hold something. */
  get names(): readonly LogName[] {
    return [...this.#logs.keys()];
  }

  #log(log: LogName): { entries: PositionedEntry[]; trimmedTo: Position } {
    let stored = this.#logs.get(log);
    if (stored === undefined) {
      stored = { entries: [], trimmedTo: ORIGIN };
      this.#logs.set(log, stored);
    }
    return stored;
  }
}
