import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireFunction } from '../definition/requirement.ts';
import { type Duration, durationMs } from '../time/duration.ts';
import { type LookupCache, openLookupCache } from './lookup-cache.ts';

/** How long what was looked up is remembered, and how much of it. */
export interface LookupCacheOptions {
  /** How long what was found counts. Default `'5m'`; `0` remembers nothing. */
  readonly ttl?: Duration;
  /** How long it counts that nothing was found. Default `'30s'`. */
  readonly ttlMissing?: Duration;
  /** Keys at the most; those that were asked for longest ago go first. Default 10,000. */
  readonly keysMax?: number;
}

/**
 * What is looked up for events, how, and for how long it counts.
 *
 * @typeParam E The event, as it stands on the stream, with room for what is looked up.
 * @typeParam F What there is for a key.
 */
export interface LookupJoinOptions<E, F> {
  /** What to look up for an event: text, or a number. Nothing where it is undefined. */
  readonly by: (event: E) => string | number | undefined;
  /**
   * What there is for keys that are all different, as many as `keysPerLookup` at the most: a map that leaves out keys for which there is nothing. When it throws, nothing is known of any of them.
   *
   * @param signal Aborted when its time is over.
   */
  readonly lookup: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, F>>;
  /** The event with what was found, and without where nothing was: another object, the event itself stays as it is. */
  readonly with: (event: E, found: F | undefined) => E;
  /** What is remembered of it, and for how long. */
  readonly cache?: LookupCacheOptions;
  /** How long all lookups of a batch may take together. Default `'5s'`, at most `'30s'`. */
  readonly timeout?: Duration;
  /** How many keys one lookup is asked for at the most. Default 100. */
  readonly keysPerLookup?: number;
  /** How many lookups are under way at a time. Default 4. */
  readonly lookupsAtOnce?: number;
  /** When a lookup fails, or takes too long. `'retry'` (the default): the batch fails, and comes again. `'without'`: its events go on as if nothing was found for them. */
  readonly onFailure?: 'retry' | 'without';
}

/** Enriches events with what is looked up for them. */
export interface LookupJoin<E> {
  /**
   * Checks it. `pipeline()` calls it.
   *
   * @throws {InvalidArgument} naming its own field.
   */
  buildEnrichment(): Enrichment<E>;
}

/** The same, checked. */
export interface Enrichment<E> {
  readonly by: (event: E) => string | number | undefined;
  readonly lookup: (keys: readonly string[], signal: AbortSignal) => Promise<ReadonlyMap<string, unknown>>;
  readonly merge: (event: E, found: unknown) => unknown;
  readonly ttlMs: number;
  readonly ttlMissingMs: number;
  /** An empty memory, of what was looked up by one function environment. */
  readonly openCache: (nowMs: () => number) => LookupCache;
  readonly timeoutMs: number;
  readonly keysPerLookup: number;
  readonly lookupsAtOnce: number;
  readonly onFailure: 'retry' | 'without';
}

const TIMEOUT_MS_MAX = 30_000;

/** Looks up something for the events of a batch, and joins it to each: before windows, behind rules and filter. */
export function lookupJoin<E, F>(options: LookupJoinOptions<E, F>): LookupJoin<E> {
  return { buildEnrichment: () => enrichmentOf(options) };
}

function enrichmentOf<E, F>(options: LookupJoinOptions<E, F>): Enrichment<E> {
  const { by, lookup, with: merge, cache = {}, timeout = '5s', keysPerLookup = 100, lookupsAtOnce = 4, onFailure = 'retry' } = options;
  const { ttl = '5m', ttlMissing = '30s', keysMax = 10_000 } = cache;
  requireFunction(by, 'a function from the event to what is looked up for it', 'by');
  requireFunction(lookup, 'a function from keys to what there is for them', 'lookup');
  requireFunction(merge, 'a function from the event, and what was found, to the event', 'with');
  const timeoutMs = InvalidArgument.in('timeout', () => durationMs(timeout, { minMs: 1 }));
  if (timeoutMs > TIMEOUT_MS_MAX) throw new InvalidArgument(timeout, `at most '30s'`, 'timeout');
  const cachedKeysMax = whole(keysMax, 1_000_000, 'cache.keysMax');
  if (onFailure !== 'retry' && onFailure !== 'without') throw new InvalidArgument(onFailure, `'retry' or 'without'`, 'onFailure');
  return Object.freeze({
    by,
    lookup,
    merge: merge as Enrichment<E>['merge'],
    ttlMs: InvalidArgument.in('cache.ttl', () => durationMs(ttl)),
    ttlMissingMs: InvalidArgument.in('cache.ttlMissing', () => durationMs(ttlMissing)),
    openCache: (nowMs: () => number) => openLookupCache(cachedKeysMax, nowMs),
    timeoutMs,
    keysPerLookup: whole(keysPerLookup, 10_000, 'keysPerLookup'),
    lookupsAtOnce: whole(lookupsAtOnce, 100, 'lookupsAtOnce'),
    onFailure,
  });
}

function whole(value: number, max: number, field: string): number {
  if (Number.isInteger(value) && value >= 1 && value <= max) return value;
  throw new InvalidArgument(value, `a whole number from 1 to ${max}`, field);
}
