import type { LogStore } from '../ports/log-store.ts';
import { ExpiredLogError } from '../log/expired-log-error.ts';
import type { LogName } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import type { Position } from '../log/position.ts';

/** What the newest entry of a log says, for somebody who asks again and again: an entry is read once, however large it is, and then only what is behind it. */
export class NewestOf<T> {
  readonly #logStore: Pick<LogStore, 'read' | 'last'>;
  readonly #log: LogName;
  readonly #decode: (entry: PositionedEntry) => T;
  #position: Position | undefined;
  #known: T | undefined;

  /** @param behind What stands up to here is known already, and not told. */
  constructor(logStore: Pick<LogStore, 'read' | 'last'>, log: LogName, decode: (entry: PositionedEntry) => T, behind?: Position) {
    this.#logStore = logStore;
    this.#log = log;
    this.#decode = decode;
    this.#position = behind;
  }

  /** Sees every append that was answered before the call. `undefined` while there is none. */
  async look(): Promise<T | undefined> {
    const newest = await this.#newest();
    if (newest !== undefined) {
      this.#known = this.#decode(newest);
      this.#position = newest.position;
    }
    return this.#known;
  }

  /** `undefined` when it is known. */
  async #newest(): Promise<PositionedEntry | undefined> {
    if (this.#position === undefined) return this.#logStore.last(this.#log);
    let newest: PositionedEntry | undefined;
    try {
      for (;;) {
        const entries = await this.#logStore.read(this.#log, newest?.position ?? this.#position, 'strong');
        if (entries.length === 0) return newest;
        newest = entries.at(-1);
      }
    } catch (error) {
      // It was not asked for a long time.
      if (error instanceof ExpiredLogError) return this.#logStore.last(this.#log);
      throw error;
    }
  }
}
