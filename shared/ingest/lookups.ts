import type { LookupCache } from '../pipeline/lookup-cache.ts';
import type { Enrichment } from '../pipeline/lookup-join.ts';
import type { Clock } from '../ports/clock.ts';
import type { Timer } from '../ports/timer.ts';
import { LookupFault } from './lookup-fault.ts';

/** What was looked up for the events of a batch, by key: one value for all of them. Nothing is there for a key that has none. */
export type FoundValues = ReadonlyMap<string, unknown>;

export const NOTHING_FOUND: FoundValues = new Map();

/** How looking up for a batch went, in keys. */
export interface LookupReport {
  /** Asked for. */
  readonly asked: number;
  /** Known from batches before. */
  readonly cached: number;
  /** Of those asked for, which nobody has answered, so that their events go on without. */
  readonly failed: number;
  readonly tookMs: number;
}

/** Looks up what batches need, and remembers it. */
export class Lookups {
  readonly #pipeline: string;
  readonly #enrichment: Enrichment<never>;
  readonly #ports: { readonly clock: Clock; readonly timer: Timer };
  readonly #cache: LookupCache;

  constructor(pipeline: string, enrichment: Enrichment<never>, ports: { readonly clock: Clock; readonly timer: Timer }) {
    this.#pipeline = pipeline;
    this.#enrichment = enrichment;
    this.#ports = ports;
    this.#cache = enrichment.openCache(() => ports.clock.nowMs());
  }

  /** @throws {LookupFault} when a lookup fails, or takes too long, and the batch is to come again for it. What was answered till then is remembered. */
  async find(keys: ReadonlySet<string>): Promise<{ readonly found: FoundValues; readonly report: LookupReport }> {
    const beganAtMs = this.#ports.clock.nowMs();
    const found = new Map<string, unknown>();
    const missing: string[] = [];
    for (const key of keys) {
      const known = this.#cache.get(key);
      if (known === undefined) missing.push(key);
      else found.set(key, known.found);
    }
    const cached = found.size;
    const failed = missing.length === 0 ? 0 : await this.#ask(missing, found);
    return { found, report: { asked: missing.length, cached, failed, tookMs: this.#ports.clock.nowMs() - beganAtMs } };
  }

  /** @returns For how many keys there was no answer. */
  async #ask(keys: readonly string[], found: Map<string, unknown>): Promise<number> {
    const { timeoutMs, lookupsAtOnce, onFailure } = this.#enrichment;
    const chunks = this.#chunksOf(keys).values();
    let answered = 0;
    let isOver = false;
    const failures: unknown[] = [];
    const askOn = async (signal: AbortSignal) => {
      for (const chunk of chunks) {
        try {
          const answer = await this.#enrichment.lookup(chunk, signal);
          if (isOver) return;
          this.#take(chunk, answer, found);
          answered += chunk.length;
        } catch (error) {
          failures.push(error);
          // Whoever wants all or nothing need not wait for the rest.
          if (onFailure === 'retry') return;
        }
      }
    };
    try {
      await this.#ports.timer.within(timeoutMs, (signal) => Promise.all(Array.from({ length: lookupsAtOnce }, () => askOn(signal))));
    } catch (error) {
      failures.push(error);
    } finally {
      isOver = true;
    }
    if (failures.length > 0 && onFailure === 'retry') throw new LookupFault(this.#pipeline, failures[0]);
    return keys.length - answered;
  }

  #take(keys: readonly string[], answer: ReadonlyMap<string, unknown>, found: Map<string, unknown>): void {
    const { ttlMs, ttlMissingMs } = this.#enrichment;
    // Asked of every key before any is taken: a lookup that gives something else than a map has failed.
    const values = keys.map((key) => answer.get(key));
    for (const [index, key] of keys.entries()) {
      const value = values[index];
      found.set(key, value);
      const ttl = value === undefined ? ttlMissingMs : ttlMs;
      // Which to the library would mean for ever.
      if (ttl > 0) this.#cache.set(key, { found: value }, { ttl });
    }
  }

  #chunksOf(keys: readonly string[]): (readonly string[])[] {
    const { keysPerLookup } = this.#enrichment;
    return Array.from({ length: Math.ceil(keys.length / keysPerLookup) }, (_, index) =>
      keys.slice(index * keysPerLookup, (index + 1) * keysPerLookup),
    );
  }
}
