import type { LogStore } from '../ports/log-store.ts';

/** What is needed is written again when a third of its time is over: a function that fails for weeks has not lost it. */
export const REFRESHES = 3;

/** In milliseconds; infinite where entries are kept for ever. */
export function refreshAfterMs({ retentionMs = Number.POSITIVE_INFINITY }: Pick<LogStore, 'retentionMs'>): number {
  return retentionMs / REFRESHES;
}
