import type { LogName } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import type { Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';

/**
 * Logs that are gone through once, in order. An answer may hold more than is needed now; the rest is kept for the next question, for entries never change.
 * Without it a replay would read a page of every shard's log again for each epoch, which takes in a few entries of it.
 */
export class LogsReadOnce implements Pick<LogStore, 'read'> {
  readonly #logs: Pick<LogStore, 'read'>;
  /** Of each log, what the last answer held. */
  readonly #answers = new Map<LogName, readonly PositionedEntry[]>();

  constructor(logs: Pick<LogStore, 'read'>) {
    this.#logs = logs;
  }

  async read(log: LogName, after: Position, consistency?: 'eventual' | 'strong'): Promise<readonly PositionedEntry[]> {
    const kept = this.#answers.get(log) ?? [];
    const next = after + 1 - (kept[0]?.position ?? Number.POSITIVE_INFINITY);
    if (next >= 0 && next < kept.length) return kept.slice(next);
    const answer = await this.#logs.read(log, after, consistency);
    this.#answers.set(log, answer);
    return answer;
  }
}
