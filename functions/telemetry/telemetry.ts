import type { Clock } from '../../shared/ports/clock.ts';
import type { Log } from './log.ts';
import { Meter } from './meter.ts';

/** What a function tells about itself. */
export interface Telemetry {
  readonly meter: Meter;
  readonly log: Log;
}

/** Of a function that runs where nobody listens. */
export function silent(clock: Clock): Telemetry {
  const nothing = () => {};
  return {
    meter: new Meter({ writer: { write: nothing }, clock, level: 'none' }),
    log: { debug: nothing, info: nothing, warn: nothing, error: nothing, addContext: nothing },
  };
}
