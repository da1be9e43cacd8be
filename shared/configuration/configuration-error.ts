/** One thing that is wrong with a configuration, and where. */
export interface ConfigurationProblem {
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
  /** What was given and what is needed: `windows.minutes.size is '5x'; a duration is needed, such as 30s, 5m, 1h`. */
  readonly message: string;
  /** The line as it stands there, and a mark below the place. */
  readonly excerpt: string;
}

/** A configuration that is no pipeline. Mend the file; nothing has run and nothing was written. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  /** As it was given. */
  readonly file: string;
  /** All of them, in the order of the file. */
  readonly problems: readonly ConfigurationProblem[];

  constructor(file: string, problems: readonly ConfigurationProblem[]) {
    super(problems.map(({ line, column, message, excerpt }) => `${file}:${line}:${column}: ${message}\n${excerpt}`).join('\n'));
    this.file = file;
    this.problems = problems;
  }
}
