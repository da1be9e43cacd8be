import type { LogName } from './keys.ts';
import type { Position } from './position.ts';

/** The logs do not reach back to what is needed: it has expired. Results cannot be continued from here; see the message. */
export class ExpiredLogError extends Error {
  override readonly name = 'ExpiredLogError';
}

/** An entry that is asked for has expired, though later ones are there. */
export function expiredEntry(log: LogName, position: Position): ExpiredLogError {
  return new ExpiredLogError(
    `${log}: position ${position} has expired before it was read, though later ones are there. What it held is missing from every result that would ` +
      `follow: start again under a new name from the input stream, and let fire run far more often than log items expire.`,
  );
}
