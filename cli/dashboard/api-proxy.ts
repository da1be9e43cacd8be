import { Hono } from 'hono';
import { sendProblem } from '../../functions/api/problem.ts';
import type { ApiRequest } from '../../shared/adapters/execute-api/request-signer.ts';

/** Says who asks: the headers of a signature, or of a token. */
export type Authorize = (request: ApiRequest) => Promise<Readonly<Record<string, string>>>;

// What a page says that the API reads, and what the API says that a page reads.
const PASSED_ON = ['accept', 'content-type', 'if-none-match', 'last-event-id'];
const PASSED_BACK = [
  'cache-control',
  'content-security-policy',
  'content-type',
  'etag',
  'referrer-policy',
  'x-content-type-options',
  'x-frame-options',
];
const HOME = '/dashboard';

/**
 * Hands requests on to a deployed API, in the name of whoever started it: so a browser needs no signature, no token, and no permission to ask another site.
 *
 * @param base Of the API; a path of its own counts.
 */
export function apiProxy(base: URL, authorize: Authorize): Hono {
  const proxy = new Hono();
  proxy.get('/', (context) => context.redirect(HOME));
  proxy.all('*', async (context) => {
    const { req } = context;
    const { pathname, search } = new URL(req.url);
    const url = new URL(`${base.pathname.replace(/\/$/, '')}${pathname}${search}`, base);
    const { method } = req;
    const body = method === 'GET' || method === 'HEAD' ? undefined : new Uint8Array(await req.arrayBuffer());
    try {
      const headers = { ...chosen(req.raw.headers, PASSED_ON), ...(await authorize({ method, url, body })) };
      const answer = await fetch(url, { method, headers, redirect: 'manual', signal: req.raw.signal, ...(body && { body }) });
      return new Response(answer.body, { status: answer.status, headers: chosen(answer.headers, PASSED_BACK) });
    } catch (error) {
      return sendProblem(context, 502, `${url.origin} could not be asked: ${reasonOf(error)}`);
    }
  });
  return proxy;
}

function chosen(headers: Headers, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = headers.get(name);
      return value === null ? [] : [[name, value] as const];
    }),
  );
}

/** Of what `fetch` throws, the cause says why. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message || (cause as NodeJS.ErrnoException).code}` : message;
}
