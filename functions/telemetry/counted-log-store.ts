import type { LogName } from '../../shared/log/keys.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import type { Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { Meter } from './meter.ts';

/** Counts the races that are lost at a log store. */
export class CountedLogStore implements LogStore {
  readonly #store: LogStore;
  readonly #meter: Meter;

  constructor(store: LogStore, meter: Meter) {
    this.#store = store;
    this.#meter = meter;
  }

  get retentionMs(): number {
    return this.#store.retentionMs ?? Number.POSITIVE_INFINITY;
  }

  async append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    const outcome = await this.#store.append(log, position, entry);
    if (outcome.kind === 'conflict') this.#meter.add('appendConflicts', 1);
    return outcome;
  }

  async read(log: LogName, after: Position, consistency?: 'eventual' | 'strong'): Promise<readonly PositionedEntry[]> {
    return this.#store.read(log, after, consistency);
  }

  async last(log: LogName): Promise<PositionedEntry | undefined> {
    return this.#store.last(log);
  }
}
