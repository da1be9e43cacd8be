import type { Pipeline } from '../pipeline/pipeline.ts';

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
  return {
    asOf: (fingerprint, what) => {
      if (fingerprint !== pipeline.fingerprint) throw foreignState(pipeline, fingerprint, what);
      return pipeline;
    },
  };
}

export function foreignState({ name, fingerprint }: Pipeline<never>, found: string, what: string): ForeignStateError {
  return new ForeignStateError(
    `pipeline '${name}': ${what} was made by another definition (fingerprint ${found}; this one is ${fingerprint}). ` +
      `Windows of two definitions are never mixed: deploy the definition that made it, or give this one a new name.`,
  );
}
