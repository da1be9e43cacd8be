import { show } from '../definition/show.ts';

/** What an aggregate read of an event cannot be folded: the event is refused as a whole. Says what was given and what is needed. */
export class InvalidInput extends Error {
  override readonly name = 'InvalidInput';

  constructor(given: unknown, needed: string) {
    super(`gave ${show(given)}; needed: ${needed}`);
  }
}
