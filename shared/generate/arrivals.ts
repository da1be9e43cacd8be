import { Random } from './random.ts';

/** How events come: evenly, or with a burst in every so much time. The average is the rate in both cases. */
export interface ArrivalOptions {
  readonly seed: number;
  readonly eventsPerSecond: number;
  readonly burst?: Burst;
}

/** Of every `everyMs`, `forMs` at a place of its own have `times` as many events as the rest. */
export interface Burst {
  readonly times: number;
  readonly everyMs: number;
  readonly forMs: number;
}

/** When each event arrives, in milliseconds after the first. Ask for them in their order: what is remembered is the burst they are at. */
export class Arrivals {
  readonly #seed: number;
  readonly #eventsPerMs: number;
  readonly #burst: Burst | undefined;
  /** Events that a period has, and events a millisecond outside of its burst. */
  readonly #periodEvents: number;
  readonly #quietPerMs: number;
  #period = -1;
  #burstAtMs = 0;

  constructor({ seed, eventsPerSecond, burst }: ArrivalOptions) {
    this.#seed = seed;
    this.#eventsPerMs = eventsPerSecond / 1_000;
    this.#burst = burst;
    const { times, everyMs, forMs } = burst ?? { times: 1, everyMs: 1, forMs: 0 };
    this.#periodEvents = this.#eventsPerMs * everyMs;
    this.#quietPerMs = this.#periodEvents / (everyMs + forMs * (times - 1));
  }

  /** @param index Of the event, from 0. */
  afterMs(index: number): number {
    if (this.#burst === undefined) return index / this.#eventsPerMs;
    const { times, everyMs, forMs } = this.#burst;
    const period = Math.floor(index / this.#periodEvents);
    if (period !== this.#period) {
      this.#period = period;
      this.#burstAtMs = new Random(this.#seed + period).unit() * (everyMs - forMs);
    }
    const event = index - period * this.#periodEvents;
    const before = this.#burstAtMs * this.#quietPerMs;
    const inBurst = forMs * this.#quietPerMs * times;
    return period * everyMs + this.#inPeriodMs(event, before, inBurst, times, forMs);
  }

  #inPeriodMs(event: number, before: number, inBurst: number, times: number, forMs: number): number {
    if (event < before) return event / this.#quietPerMs;
    if (event < before + inBurst) return this.#burstAtMs + (event - before) / (this.#quietPerMs * times);
    return this.#burstAtMs + forMs + (event - before - inBurst) / this.#quietPerMs;
  }
}
