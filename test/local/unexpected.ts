/** For sinks of errors that a test must not see. */
export function unexpected(error: unknown): never {
  throw new Error('an error that no one expected', { cause: error });
}
