import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';

/**
 * What the aggregates of a window have read of one event, before it is added anywhere. Every aggregate has one slot per column of its own,
 * of which it uses as many as it needs: numbers in one array, so that the hot path boxes none, everything else in the other.
 */
export class Inputs {
  readonly numbers: Float64Array;
  readonly values: unknown[];
  /** When the event happened. */
  time: EventTime = BEGINNING_OF_TIME;

  constructor(slots: number) {
    this.numbers = new Float64Array(slots);
    this.values = new Array<unknown>(slots).fill(undefined);
  }

  /** The same, for later: these here are used again for the next event. */
  copy(): Inputs {
    const copy = new Inputs(this.values.length);
    copy.numbers.set(this.numbers);
    for (const [slot, value] of this.values.entries()) copy.values[slot] = value;
    copy.time = this.time;
    return copy;
  }
}
