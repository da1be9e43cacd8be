import type { Pipeline } from '../pipeline/pipeline.ts';
import type { KnownDefinition } from './definition-entry.ts';

/** Which definitions of a pipeline have made what is stored. */
export interface DefinitionHistory {
  /**
   * The pipeline as it was defined when it had a fingerprint.
   *
   * @param what Was made by it, for the message.
   * @throws {ForeignStateError} when it never had it, as far as is known.
   */
  asOf(fingerprint: string, what: string): Pipeline<never>;
}

/** State that no known definition of the pipeline has made. Nothing was changed. Deploy that definition again, or start this one under a new name. */
export class ForeignStateError extends Error {
  override readonly name = 'ForeignStateError';
}

/** The history of a pipeline that was never defined otherwise. */
export function onlyDefinition(pipeline: Pipeline<never>): DefinitionHistory {
  return historyOf(pipeline, []);
}

/**
 * The history of a pipeline that has been defined otherwise. As it was then, windows that it had not yet are not there, and lateness is what it was; windows that it had
 * and has no more are not there either.
 *
 * @param formers Whose state goes on under the present definition.
 */
export function historyOf(pipeline: Pipeline<never>, formers: readonly KnownDefinition[]): DefinitionHistory {
  const asOf = ({ fingerprint, description }: KnownDefinition): Pipeline<never> => {
    const operators = pipeline.operators.flatMap((operator) => {
      const window = description.windows[operator.name];
      if (window === undefined) return [];
      return [Object.freeze({ ...operator, description: window, allowedLatenessMs: window.allowedLatenessMs })];
    });
    return Object.freeze({ ...pipeline, operators, description, fingerprint });
  };
  const known = new Map(formers.map((former) => [former.fingerprint, asOf(former)]));
  known.set(pipeline.fingerprint, pipeline);
  return {
    asOf: (fingerprint, what) => {
      const found = known.get(fingerprint);
      if (found === undefined) throw foreignState(pipeline, fingerprint, what);
      return found;
    },
  };
}

function foreignState({ name, fingerprint }: Pipeline<never>, found: string, what: string): ForeignStateError {
  return new ForeignStateError(
    `pipeline '${name}': ${what} was made by another definition (fingerprint ${found}; this one is ${fingerprint}). ` +
      `Windows of two definitions are never mixed: deploy the definition that made it, or give this one a new name.`,
  );
}
