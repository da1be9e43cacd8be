import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';

/** What went wrong, for people and programs: RFC 9457. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  /** A sentence: what was given, what is allowed, what to do. */
  readonly detail: string;
}

export const PROBLEM_TYPE = 'application/problem+json';

const TITLES: Readonly<Record<number, string>> = {
  400: 'The request cannot be understood',
  403: 'This is not for browsers of other sites',
  404: 'There is no such thing',
  405: 'This cannot be done here',
  409: 'This cannot be done now',
  413: 'The request is too large',
  415: 'The body is of another type',
  500: 'Something went wrong here',
  503: 'A service that is needed does not answer',
};

/** Is answered as a problem with its message. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: ContentfulStatusCode;

  constructor(status: ContentfulStatusCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

export function sendProblem(context: Context, status: ContentfulStatusCode, detail: string): Response {
  const problem: Problem = { type: 'about:blank', title: TITLES[status] ?? 'The request failed', status, detail };
  return context.body(JSON.stringify(problem), status, { 'content-type': PROBLEM_TYPE });
}
