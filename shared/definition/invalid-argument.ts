import { show } from './show.ts';

/** A value that a part of a definition cannot be built from. It knows its own field only; {@link DefinitionError} says where that was. */
export class InvalidArgument extends Error {
  override readonly name = 'InvalidArgument';
  readonly field: string | undefined;

  constructor(given: unknown, allowed: string, field?: string) {
    super(`${show(given)} is not allowed here; allowed: ${allowed}`);
    this.field = field;
  }

  /** The same problem, said of a field: `size`, `slide`; of none where it is ''. */
  static in<T>(field: string, build: () => T): T {
    try {
      return build();
    } catch (error) {
      if (!(error instanceof InvalidArgument)) throw error;
      const path = [field, error.field].filter((each) => each !== undefined && each !== '');
      const located = new InvalidArgument(undefined, '', path.join('.'));
      located.message = error.message;
      throw located;
    }
  }
}
