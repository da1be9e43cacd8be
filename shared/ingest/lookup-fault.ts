/**
 * What is looked up for events could not be had: a lookup of the user's failed, or took too long. Nothing was written; the batch comes again.
 *
 * What the lookup says may quote keys, and what ends a function of Lambda's stands in a log: {@link LookupFault.thrown} has it, and nothing that prints errors prints it.
 */
export class LookupFault extends Error {
  override readonly name = 'LookupFault';
  readonly #thrown: unknown;

  constructor(pipeline: string, thrown: unknown) {
    super(`pipeline '${pipeline}': enrich.lookup failed with ${thrown instanceof Error ? thrown.name : 'something that is no Error'}`);
    this.#thrown = thrown;
  }

  /** What the function threw. */
  get thrown(): unknown {
    return this.#thrown;
  }
}
