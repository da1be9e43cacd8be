import { describe, expect, test } from 'vitest';
import type { LogName } from '../../shared/log/keys.ts';
import type { LogEntry } from '../../shared/log/log-entry.ts';
import { ORIGIN, type Position } from '../../shared/log/position.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { at, entry, freshLog, logStoreContract } from '../adapters/log-store-contract.ts';
import { LogContents } from './log-contents.ts';

/** A store that holds the contents of its logs as values. */
class ValueLogStore implements LogStore {
  readonly #logs = new Map<LogName, LogContents>();

  async append(log: LogName, position: Position, mine: LogEntry) {
    const { outcome, after } = this.#contents(log).append(position, mine);
    this.#logs.set(log, after);
    return outcome;
  }

  async read(log: LogName, after: Position) {
    return this.#contents(log).read(log, after);
  }

  async last(log: LogName) {
    return this.#contents(log).last();
  }

  #contents(log: LogName): LogContents {
    return this.#logs.get(log) ?? LogContents.EMPTY;
  }
}

describe('the contents of logs as values', () => {
  logStoreContract(() => new ValueLogStore());

  test('show a reader nothing behind a hole, and remember what has expired', () => {
    const three = [1, 2, 4].reduce((contents, position) => contents.with(at(position), entry(`${position}`)), LogContents.EMPTY);
    expect(three.read(freshLog(), ORIGIN).map(({ position }) => position)).toEqual([1, 2]);
    const expired = three.expired(at(4));
    expect(expired.last()).toBeUndefined();
    expect(expired.highest).toBe(4);
  });
});
