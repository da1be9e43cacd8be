import { show } from '../definition/show.ts';

/** One thing that is wrong with a definition: where, what was given, what is allowed. */
export interface DefinitionProblem {
  /** Where in the definition, from the pipeline down: `windows.departures.window.size`. */
  readonly field: string;
  /** What was given, what is allowed, and what to do. */
  readonly message: string;
}

/** A pipeline definition that cannot work. Fix the definition; nothing has run and nothing was written. */
export class DefinitionError extends Error {
  override readonly name = 'DefinitionError';
  /** The name of the pipeline. */
  readonly pipeline: string;
  /** All that is wrong, not only the first. */
  readonly problems: readonly DefinitionProblem[];

  constructor(pipeline: string, problems: readonly DefinitionProblem[]) {
    super(problems.map(({ field, message }) => `pipeline ${show(pipeline)}${field === '' ? '' : `, ${field}`}: ${message}`).join('\n'));
    this.pipeline = pipeline;
    this.problems = problems;
  }
}
