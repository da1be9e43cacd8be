import type { Aggregate } from './aggregate.ts';
import { max, min } from './extremes.ts';

/** The earliest of the times that are handed to it: what a session's rows begin with. Its input does not come from the event alone. */
export function earliest(): Aggregate<unknown, number> {
  const { read: _ofEvent, ...fold } = min(Number);
  return { ...fold, describe: 'earliest' };
}

/** The latest of the times that are handed to it. */
export function latest(): Aggregate<unknown, number> {
  const { read: _ofEvent, ...fold } = max(Number);
  return { ...fold, describe: 'latest' };
}
