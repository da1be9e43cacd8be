/** Something that the person at the command line can mend: printed as one line, without a stack. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}
