import type { AppendOutcome, LogEntry, PositionedEntry } from '../shared/log/log-entry.ts';
import type { LogStore } from '../shared/ports/log-store.ts';

/** A store that only counts: what an engine costs without what it is written to. */
export class CountingStore implements LogStore {
  appends = 0;
  bytes = 0;

  async append(_log: string, _position: number, { payload }: LogEntry): Promise<AppendOutcome> {
    this.appends++;
    this.bytes += payload.length;
    return { kind: 'appended' };
  }

  async read(): Promise<readonly PositionedEntry[]> {
    return [];
  }

  async last(): Promise<undefined> {
    return undefined;
  }
}
