/** Events a second, at a moment of processing time. */
export interface RateSample {
  readonly atMs: number;
  readonly perSecond: number;
}

const SAMPLES_KEPT = 300;
const SAMPLES_FOR_A_MEAN = 10;
const RECENT_MS = 10_000;

/** How fast events have come, by totals that were seen. */
export class RateHistory {
  #last: { readonly atMs: number; readonly total: number } | undefined;
  #samples: RateSample[] = [];

  get samples(): readonly RateSample[] {
    return this.#samples;
  }

  /** Of the last seconds: single looks are as even as commits are. Absent before there were two looks. */
  get recent(): number | undefined {
    const newest = this.#samples.at(-1);
    if (newest === undefined) return undefined;
    const counted = this.#samples.filter(({ atMs }) => atMs > newest.atMs - RECENT_MS);
    return counted.reduce((sum, { perSecond }) => sum + perSecond, 0) / counted.length;
  }

  /** Of all that is remembered; absent before that is enough to go by. */
  get mean(): number | undefined {
    if (this.#samples.length < SAMPLES_FOR_A_MEAN) return undefined;
    return this.#samples.reduce((sum, { perSecond }) => sum + perSecond, 0) / this.#samples.length;
  }

  take(atMs: number, total: number): void {
    if (this.#last !== undefined && atMs > this.#last.atMs) {
      const perSecond = ((total - this.#last.total) * 1_000) / (atMs - this.#last.atMs);
      this.#samples = [...this.#samples, { atMs, perSecond }].slice(-SAMPLES_KEPT);
    }
    this.#last = { atMs, total };
  }

  forget(): void {
    this.#last = undefined;
    this.#samples = [];
  }
}
