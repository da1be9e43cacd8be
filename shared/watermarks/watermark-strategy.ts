import type { EventTime } from '../time/event-time.ts';

/** How a pipeline knows how far event time has come. Frozen data; its logic is built from it. */
export interface WatermarkDefinition {
  describe(): string;
  /** @throws {InvalidArgument} naming its own field when the definition cannot work. */
  build(): WatermarkStrategy;
}

/** Turns the highest event time seen on a channel into that channel's watermark. */
export interface WatermarkStrategy {
  /** The watermark W of a channel: no event with a time `<= W` is expected any more. */
  watermarkAt(clock: EventTime): EventTime;
}
