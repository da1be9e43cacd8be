import { requireFunction } from '../definition/requirement.ts';
import type { Aggregate } from './aggregate.ts';
import { InvalidInput } from './invalid-input.ts';

/** Reads a number from an event. */
export type NumberOf<E> = (event: E) => number;

/** The parts of an aggregate that folds one finite number of every event, found in the first of its slots. */
export function readingNumber<E>(of: NumberOf<E>): Required<Pick<Aggregate<E, unknown>, 'check' | 'read'>> {
  return {
    check: () => requireFunction(of, 'a function from the event to a number'),
    read: (event, inputs, at) => {
      const value: unknown = of(event);
      if (typeof value !== 'number' || !Number.isFinite(value)) throw new InvalidInput(value, 'a finite number');
      // -0 becomes 0: two that compare equal must not tell in which order they came.
      inputs.numbers[at] = value + 0;
    },
  };
}
