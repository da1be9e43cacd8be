import { ExpiredLogError } from '../log/expired-log-error.ts';
import type { LogName } from '../log/keys.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { nextPosition, type Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';

/** Entries of a log that are known to have existed and are not there any more, both ends included. */
export interface MissingSpan {
  readonly kind: 'missing';
  readonly from: Position;
  readonly to: Position;
}

type SpanPart = ({ readonly kind: 'entry' } & PositionedEntry) | MissingSpan;

/** The entries after a position up to another one that is known to have existed, in order, and in their place the spans that have expired. */
export async function* readSpan(logStore: LogStore, log: LogName, after: Position, upTo: Position): AsyncGenerator<SpanPart> {
  let at = after;
  while (at < upTo) {
    const entries = await readBehind(logStore, log, at);
    for (const entry of entries) {
      if (entry.position > upTo) return;
      yield { kind: 'entry', ...entry };
      at = entry.position;
    }
    if (entries.length > 0) continue;
    const missing: MissingSpan = { kind: 'missing', from: nextPosition(at), to: await lastMissing(logStore, log, nextPosition(at), upTo) };
    yield missing;
    at = missing.to;
  }
}

/** What stands at one position; `undefined` when it has expired. */
export async function readAt(logStore: LogStore, log: LogName, position: Position): Promise<PositionedEntry | undefined> {
  return (await readBehind(logStore, log, (position - 1) as Position))[0];
}

/** Logs expire from their beginning, so a few looks find where they begin. What is still there of a part that is going is passed over. */
async function lastMissing(logStore: LogStore, log: LogName, missing: Position, upTo: Position): Promise<Position> {
  if ((await readAt(logStore, log, upTo)) === undefined) return upTo;
  let low = missing;
  let high = upTo;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2) as Position;
    if ((await readAt(logStore, log, middle)) === undefined) low = middle;
    else high = middle;
  }
  return low;
}

async function readBehind(logStore: LogStore, log: LogName, after: Position): Promise<readonly PositionedEntry[]> {
  try {
    return await logStore.read(log, after, 'strong');
  } catch (error) {
    if (error instanceof ExpiredLogError) return [];
    throw error;
  }
}
