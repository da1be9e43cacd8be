import type { Picture } from '../../functions/api/schemas.ts';
import { isTime } from './watermark-text.ts';

type Watermarks = NonNullable<Picture['watermarks']>;

const FAR_MS = 86_400_000;
const SAMPLES_KEPT = 300;

/** How far each shard was behind the wall clock, look by look: columns of the same length, the newest last. */
export class LagHistory {
  #atMs: number[] = [];
  #byShard = new Map<string, (number | null)[]>();

  /** Processing time of each look. */
  get atMs(): readonly number[] {
    return this.#atMs;
  }

  /** Milliseconds; `null` where a shard was not known, or has had nothing. */
  get byShard(): ReadonlyMap<string, readonly (number | null)[]> {
    return this.#byShard;
  }

  /** Whether every shard is by now so far behind as only what happened long ago can be. */
  get isFar(): boolean {
    const newest = [...this.#byShard.values()].flatMap((lags) => lags.at(-1) ?? []);
    return newest.length > 0 && newest.every((lagMs) => lagMs > FAR_MS);
  }

  take(nowMs: number, { shards }: Watermarks): void {
    const now = new Map(
      shards.map(({ shard, watermark }) => [shard, watermark === undefined || !isTime(watermark) ? null : nowMs - watermark]),
    );
    const before = this.#atMs.length;
    this.#atMs = [...this.#atMs, nowMs].slice(-SAMPLES_KEPT);
    for (const shard of new Set([...this.#byShard.keys(), ...now.keys()])) {
      const lags = this.#byShard.get(shard) ?? Array.from({ length: before }, () => null);
      const kept = [...lags, now.get(shard) ?? null].slice(-SAMPLES_KEPT);
      // A shard that is gone is forgotten with its last look.
      if (kept.some((lag) => lag !== null)) this.#byShard.set(shard, kept);
      else this.#byShard.delete(shard);
    }
  }

  forget(): void {
    this.#atMs = [];
    this.#byShard = new Map();
  }
}
