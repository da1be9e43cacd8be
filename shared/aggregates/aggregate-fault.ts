/**
 * A function of a user's own aggregate that failed where no event can be refused any more: when summaries were merged or read. Nothing was
 * written and nothing is lost; deploy a version in which it does not fail, and the pipeline goes on from where it stands.
 *
 * What the function says may quote what it was given, and what ends a function of Lambda's stands in a log. So message and stack say which function failed, with which kind of error,
 * and where; {@link AggregateFault.thrown} has the rest.
 */
export class AggregateFault extends Error {
  override readonly name = 'AggregateFault';
  // Private, so that nothing that prints errors prints it.
  readonly #thrown: unknown;

  constructor(aggregate: string, what: string, thrown: unknown) {
    super(`${aggregate}: ${what} failed with ${thrown instanceof Error ? thrown.name : 'something that is no Error'}`);
    this.#thrown = thrown;
    this.stack = [`${this.name}: ${this.message}`, ...framesOf(thrown)].join('\n');
  }

  /** What the function threw. */
  get thrown(): unknown {
    return this.#thrown;
  }
}

/** Where it was thrown: the stack behind the message, of which nothing may stand there. */
function framesOf(thrown: unknown): string[] {
  if (!(thrown instanceof Error) || typeof thrown.stack !== 'string' || typeof thrown.message !== 'string') return [];
  const { stack, message } = thrown;
  const messageAt = stack.indexOf(message);
  if (messageAt === -1) return [];
  return stack
    .slice(messageAt + message.length)
    .split('\n')
    .filter((line) => line.startsWith('    at '));
}

/** Runs functions of a user's aggregate; whatever they throw becomes a fault under its name. */
export function faultsOf(aggregate: string): <T>(what: string, run: () => T) => T {
  return (what, run) => {
    try {
      return run();
    } catch (thrown) {
      throw new AggregateFault(aggregate, what, thrown);
    }
  };
}
