/**
 * A function of a user's own aggregate that failed where no event can be refused any more: when summaries were merged or read. Nothing was
 * written and nothing is lost; deploy a version in which it does not fail, and the pipeline goes on from where it stands.
 */
export class AggregateFault extends Error {
  override readonly name = 'AggregateFault';

  constructor(aggregate: string, what: string, cause: unknown) {
    super(
      `${aggregate}: ${what} failed: ${cause instanceof Error ? `${cause.name}: ${cause.message}` : 'it threw something that is no Error'}`,
      { cause },
    );
  }
}

/** Runs functions of a user's aggregate; whatever they throw becomes a fault under its name. */
export function faultsOf(aggregate: string): <T>(what: string, run: () => T) => T {
  return (what, run) => {
    try {
      return run();
    } catch (cause) {
      throw new AggregateFault(aggregate, what, cause);
    }
  };
}
