/** A server did not answer as it should. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  /** The status of HTTP; absent where there was no answer. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs, cause }: { status?: number; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may be taken another time: no answer, too many requests, or trouble at the other end. */
  get mayPass(): boolean {
    return this.status === undefined || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Posts JSON, and follows nobody to another address.
 *
 * @returns The answer, whose body is still to be read, or cancelled.
 * @throws {HttpError} when there is none in time, or it is no 2xx.
 */
export async function postJson(url: URL, body: string, { headers, timeoutMs }: PostOptions): Promise<Response> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    redirect: 'manual',
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((cause: unknown) => {
    throw new HttpError(`${url.origin} gave no answer within ${timeoutMs} ms, or could not be reached`, { cause });
  });
  if (response.ok) return response;
  await response.body?.cancel();
  throw new HttpError(`${url.origin} answered ${response.status}`, {
    status: response.status,
    retryAfterMs: waitOf(response.headers.get('retry-after')),
  });
}

/**
 * Where data may go: over HTTPS, or not off this machine.
 *
 * @throws {RangeError} otherwise.
 */
export function trustedUrl(option: string, text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url !== undefined && isLocal)) return url;
  throw new RangeError(`${option} is '${text}'; it must be https://…, or http://localhost:… on this machine`);
}

/** Seconds, or a date that nobody sends. */
function waitOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
