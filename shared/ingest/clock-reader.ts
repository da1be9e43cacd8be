import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { SourceClock, SourceClocks, SourceName } from '../watermarks/source-clock.ts';
import type { TimedEvent } from './timed-event.ts';

interface ReadClock {
  time: EventTime;
  arrivedAtMs: number;
}

/** Reads the clocks of the sources from the events of a batch. */
export class ClockReader {
  readonly #clocks = new Map<SourceName, ReadClock>();

  read({ source, clock, record }: TimedEvent<unknown>): void {
    let known = this.#clocks.get(source);
    if (known === undefined) {
      known = { time: BEGINNING_OF_TIME, arrivedAtMs: record.arrivedAtMs };
      this.#clocks.set(source, known);
    }
    if (clock !== undefined && clock > known.time) known.time = clock;
    if (record.arrivedAtMs > known.arrivedAtMs) known.arrivedAtMs = record.arrivedAtMs;
  }

  get clocks(): SourceClocks {
    return Object.fromEntries(
      [...this.#clocks].map(([source, { time, arrivedAtMs }]): [SourceName, SourceClock] => [
        source,
        time === BEGINNING_OF_TIME ? { arrivedAtMs } : { time, arrivedAtMs },
      ]),
    );
  }
}
