import { decodeEpochHeader } from '../log/epoch.ts';
import type { LogName } from '../log/keys.ts';
import { ORIGIN, type Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';
import type { EventTime } from '../time/event-time.ts';
import { readAt } from './read-span.ts';

/**
 * The first epoch whose watermark is not below one that the newest has reached, by halves: watermarks never fall.
 *
 * @param log Of the epochs of a lane.
 */
export async function firstEpochAt(
  logStore: LogStore,
  log: LogName,
  watermark: EventTime,
  newest: Position,
): Promise<{ readonly position: Position; readonly expiredTo: Position }> {
  let below = ORIGIN as number;
  let reached = newest as number;
  let expiredTo = ORIGIN;
  while (reached - below > 1) {
    const middle = Math.floor((below + reached) / 2) as Position;
    const entry = await readAt(logStore, log, middle);
    if (entry === undefined) expiredTo = middle;
    if (entry === undefined || decodeEpochHeader(entry).watermark < watermark) below = middle;
    else reached = middle;
  }
  return { position: reached as Position, expiredTo };
}
