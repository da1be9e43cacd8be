// What goes in and out of one invocation of a function, as the Lambda service sees it.

/** The error document Lambda answers with when a function fails. */
export interface FunctionError {
  /** Name of the error's class, or `Runtime.*` / `Sandbox.Timedout` when it was not the handler that threw. */
  readonly errorType: string;
  readonly errorMessage: string;
  /** The lines of the stack; empty when there is none. */
  readonly trace: readonly string[];
}

/** A failing function is an expected outcome, never an exception of the caller. */
export type InvocationOutcome =
  | { readonly kind: 'returned'; readonly requestId: string; readonly response: unknown }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError };

/** Lambda's limit for the payload of a synchronous invocation, request and response alike: 6 MB. */
export const PAYLOAD_BYTES_MAX = 6 * 1024 * 1024;

/** For callers who have no use for a failure: the response, or a `FunctionFailedError` thrown. */
export function responseOf(outcome: InvocationOutcome): unknown {
  if (outcome.kind === 'returned') return outcome.response;
  throw new FunctionFailedError(outcome.requestId, outcome.error);
}

export class FunctionFailedError extends Error {
  override readonly name = 'FunctionFailedError';
  readonly requestId: string;
  readonly functionError: FunctionError;

  constructor(requestId: string, functionError: FunctionError) {
    super(`${functionError.errorType}: ${functionError.errorMessage}`);
    this.requestId = requestId;
    this.functionError = functionError;
  }
}

/** Any thrown value as Lambda reports it. */
export function functionErrorOf(thrown: unknown): FunctionError {
  if (!(thrown instanceof Error)) {
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  }
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? '').split('\n') };
}

/** From the environment to its process. Events travel as JSON text: what JSON cannot hold does not cross. */
export interface InvokeMessage {
  readonly requestId: string;
  readonly eventJson: string;
  readonly timeoutMs: number;
}

/** From the process to its environment. `initialized` or `initializationFailed` comes first, once. */
export type RuntimeMessage =
  | { readonly kind: 'initialized' }
  | { readonly kind: 'initializationFailed'; readonly error: FunctionError }
  | { readonly kind: 'returned'; readonly requestId: string; readonly responseJson: string }
  | { readonly kind: 'failed'; readonly requestId: string; readonly error: FunctionError }
  /** As `failed`, and the process ends: the error came from outside the handler's promise. */
  | { readonly kind: 'crashed'; readonly requestId: string; readonly error: FunctionError };
