import { show } from '../definition/show.ts';
import type { RefusalReason } from '../log/refusal.ts';

/** A record that cannot be folded. It goes to the side stream; its batch goes on without it. */
export class InvalidRecord extends Error {
  override readonly name = 'InvalidRecord';
  readonly code: RefusalReason['code'];

  constructor(code: RefusalReason['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Calls a function of the user's; whatever it throws makes the record invalid, never the batch. It takes the argument beside the function: a closure
 * for every event would cost more than most of these functions do.
 */
export function guarded<A, T>(code: RefusalReason['code'], what: string, of: (argument: A) => T, argument: A): T {
  try {
    return of(argument);
  } catch (error) {
    throw new InvalidRecord(code, `${what} threw ${showThrown(error)}`);
  }
}

/** Anything can be thrown, even what cannot be made text. */
export function showThrown(thrown: unknown): string {
  try {
    return thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : show(thrown);
  } catch {
    return 'something that cannot be shown';
  }
}
