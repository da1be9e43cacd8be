import { LRUCache } from 'lru-cache';

/** What was looked up, by key, for as long as it counts. In a box, since it may be that there is nothing. */
export type LookupCache = LRUCache<string, { readonly found: unknown }>;

/**
 * Definitions open it, and not whoever uses it: so the functions of a pipeline that looks nothing up are built without the library.
 *
 * @param keysMax Those asked for longest ago go first.
 * @param nowMs The clock that tells what has expired.
 */
export function openLookupCache(keysMax: number, nowMs: () => number): LookupCache {
  return new LRUCache({
    max: keysMax,
    // Looks at the clock every time, and not once until a timer of its own has run off.
    ttlResolution: 0,
    // What begins at 0, as tests do, would live for ever.
    perf: { now: () => nowMs() + 1 },
  });
}
