import type { Context } from 'aws-lambda';
import { NO_TIME_LIMIT, type TimeLimit } from '../../shared/ports/time-limit.ts';

/** The time that Lambda gives a call; there is no limit where a function is called by something else. */
export function timeLimitOf({ getRemainingTimeInMillis: remainingMs }: Partial<Context>): TimeLimit {
  if (remainingMs === undefined) return NO_TIME_LIMIT;
  const givenMs = remainingMs();
  return {
    get spentShare() {
      return 1 - remainingMs() / givenMs;
    },
  };
}
