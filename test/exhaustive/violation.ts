/** A promise that does not hold in some state. */
export class Violation extends Error {
  override readonly name = 'Violation';

  constructor(what: string, cause?: unknown) {
    super(cause instanceof Error ? `${what}: ${cause.message}` : what, { cause });
  }
}

/** States a promise. */
export function holds(promise: boolean, orElse: string): asserts promise {
  if (!promise) throw new Violation(orElse);
}
