import type { Clock } from '../../shared/ports/clock.ts';
import { floorDiv } from '../../shared/time/floor-div.ts';
import { isPublished, type MetricLevel, type MetricName, type RangeName, type SumName } from './metric-catalogue.ts';

/** What became of one metric since it was written last. */
export interface Figure {
  readonly name: MetricName;
  /** Of which shard; absent for the pipeline. */
  readonly shard?: string;
  /** A sum, or the least and the most. */
  readonly values: readonly number[];
}

/** Takes figures to where they are looked at. */
export interface FigureWriter {
  write(figures: readonly Figure[]): void;
}

export interface MeterOptions {
  readonly writer: FigureWriter;
  readonly clock: Clock;
  readonly level: MetricLevel;
}

const MINUTE_MS = 60_000;

/**
 * Gathers figures in the memory of a function and writes them once a minute of the clock, the resolution of CloudWatch: a line of log a minute, whatever the traffic. What has not
 * been written when the environment ends is lost. So nothing may be gathered here that must be exact: what must be comes from the logs of the pipeline.
 */
export class Meter {
  readonly #options: MeterOptions;
  readonly #figures = new Map<string, { readonly name: MetricName; readonly shard?: string; values: readonly number[] }>();
  #writtenInMinute: number | undefined;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  /** Nothing is written of what did not happen. */
  add(name: SumName, by: number): void {
    if (by !== 0) this.#take(name, undefined, ([sum = 0]) => [sum + by]);
  }

  see(name: RangeName, value: number, shard?: string): void {
    this.#take(name, shard, ([least = value, most = least]) => {
      const [min, max] = [Math.min(least, value), Math.max(most, value)];
      return min === max ? [min] : [min, max];
    });
  }

  /** To be called at the end of every invocation. */
  flush(): void {
    const minute = floorDiv(this.#options.clock.nowMs(), MINUTE_MS);
    if (this.#figures.size === 0 || minute === this.#writtenInMinute) return;
    this.#writtenInMinute = minute;
    this.#options.writer.write([...this.#figures.values()]);
    this.#figures.clear();
  }

  #take(name: MetricName, shard: string | undefined, next: (values: readonly number[]) => readonly number[]): void {
    if (!isPublished(name, this.#options.level)) return;
    const place = shard === undefined ? name : `${name} ${shard}`;
    const known = this.#figures.get(place);
    if (known !== undefined) known.values = next(known.values);
    else this.#figures.set(place, { name, ...(shard === undefined ? {} : { shard }), values: next([]) });
  }
}
