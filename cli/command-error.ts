import { EXIT_CODE } from './exit-code.ts';

/** Something that the person at the command line can mend: printed as one line, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  /** What the process ends with. */
  readonly exitCode: number;

  constructor(message: string, { exitCode = EXIT_CODE.failed, ...options }: ErrorOptions & { readonly exitCode?: number } = {}) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong, whatever there is on the other side: an option's value, or two that do not go together. */
export class UsageError extends CommandError {
  constructor(message: string, options: ErrorOptions = {}) {
    super(message, { ...options, exitCode: EXIT_CODE.misused });
  }
}
