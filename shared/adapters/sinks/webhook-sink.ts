import { createHmac } from 'node:crypto';
import {
  BrokenCircuitError,
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  type IRetryBackoffContext,
  retry,
  wrap,
} from 'cockatiel';
import type { Pane } from '../../pipeline/pane.ts';
import type { Clock } from '../../ports/clock.ts';
import { type DeadPane, type PaneSink, PartlyTakenError } from '../../ports/pane-sink.ts';
import { backoffMs } from '../pause.ts';
import { systemClock } from '../system-clock.ts';

export interface WebhookSinkOptions {
  /** Of HTTPS; of HTTP on this machine alone. */
  readonly url: string;
  /** Of every request; a function is asked before each, for tokens that run out. */
  readonly headers?: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);
  /** Requests are signed with it: `Mullion-Signature: t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hexadecimal>`. */
  readonly secret?: string;
  /** How many panes a request brings at most. Default 100. */
  readonly panesPerRequest?: number;
  /** How often a request is made that fails for a reason that may pass. Default 3. */
  readonly attemptsMax?: number;
  /** A request fails that has no answer by then. Default 10 seconds. */
  readonly timeoutMs?: number;
  /** The wait before the second attempt, doubled before each further one, up to `backoffMaxMs`; the receiver's `Retry-After` counts where it says so. Default 200 ms and 5 s. */
  readonly backoffFirstMs?: number;
  readonly backoffMaxMs?: number;
  /** After so many attempts in a row that fail nobody asks the receiver any more, */
  readonly breakAfter?: number;
  /** until so much later one request tries. Defaults 5, and 30 seconds. */
  readonly breakForMs?: number;
  /** Where panes go that the receiver refuses for good (400, 404, 413 …). Without it they hold their shard back until it takes them. */
  readonly deadLetters?: PaneSink<DeadPane>;
  readonly clock?: Clock;
}

/** The receiver did not take a request. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError';
  /** The status of HTTP; absent where there was no answer. */
  readonly status: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(message: string, { status, retryAfterMs, cause }: { status?: number; retryAfterMs?: number | undefined; cause?: unknown }) {
    super(message, { cause });
    this.status = status;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may be taken another time: no answer, too many requests, or trouble at the receiver's. */
  get mayPass(): boolean {
    return this.status === undefined || this.status >= 500 || [408, 425, 429].includes(this.status);
  }
}

/**
 * Sends panes to a URL, `{"panes":[…]}` by POST, and counts what is answered with 2xx as taken. A receiver can be asked again for a request that it has taken, when its answer was
 * lost: panes say by `id` which they are.
 */
export class WebhookSink implements PaneSink {
  readonly #options: WebhookSinkOptions;
  readonly #url: URL;
  readonly #policy: IPolicy;

  /** @throws {RangeError} when the URL is not one that panes may go to. */
  constructor(options: WebhookSinkOptions) {
    this.#options = options;
    this.#url = checkedUrl(options.url);
    const { attemptsMax = 3, backoffFirstMs = 200, backoffMaxMs = 5_000, breakAfter = 5, breakForMs = 30_000 } = options;
    const passing = handleWhen((error) => error instanceof WebhookError && error.mayPass);
    const wait = ({ attempt, result }: IRetryBackoffContext<unknown>) => {
      const asked = 'error' in result && result.error instanceof WebhookError ? result.error.retryAfterMs : undefined;
      return Math.min(asked ?? backoffMs(attempt, { firstMs: backoffFirstMs, maxMs: backoffMaxMs }), backoffMaxMs);
    };
    this.#policy = wrap(
      retry(passing, { maxAttempts: attemptsMax - 1, backoff: new DelegateBackoff(wait) }),
      circuitBreaker(passing, { halfOpenAfter: breakForMs, breaker: new ConsecutiveBreaker(breakAfter) }),
    );
  }

  async put(panes: readonly Pane[]): Promise<void> {
    const { panesPerRequest = 100 } = this.#options;
    for (let taken = 0; taken < panes.length; taken += panesPerRequest) {
      const request = panes.slice(taken, taken + panesPerRequest);
      await this.#deliver(request, taken);
    }
  }

  /** @param before How many have been taken. */
  async #deliver(panes: readonly Pane[], before: number): Promise<void> {
    try {
      await this.#policy.execute(async () => this.#post(panes));
    } catch (error) {
      const isRefused = error instanceof WebhookError && !error.mayPass;
      if (!isRefused) throw new PartlyTakenError(before, error instanceof BrokenCircuitError ? this.#broken(error) : error);
      if (panes.length === 1) return this.#bury(panes[0] as Pane, before, error);
      // One of them is refused; the others need not be.
      const half = panes.length >> 1;
      await this.#deliver(panes.slice(0, half), before);
      await this.#deliver(panes.slice(half), before + half);
    }
  }

  async #bury(pane: Pane, before: number, error: WebhookError): Promise<void> {
    const { deadLetters, clock = systemClock } = this.#options;
    if (deadLetters === undefined) throw new PartlyTakenError(before, error);
    try {
      await deadLetters.put([{ id: pane.id, pane, reason: error.message, atMs: clock.nowMs() }]);
    } catch (lost) {
      throw new PartlyTakenError(before, lost);
    }
  }

  #broken(cause: unknown): Error {
    return new Error(`${this.#url.origin} has failed so often that nobody asks for now; the panes come again`, { cause });
  }

  async #post(panes: readonly Pane[]): Promise<void> {
    const { headers = {}, timeoutMs = 10_000 } = this.#options;
    const body = JSON.stringify({ panes });
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...this.#signature(body),
        ...(typeof headers === 'function' ? await headers() : headers),
      },
      body,
      // To another address nobody has agreed.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new WebhookError(`${this.#url.origin} gave no answer within ${timeoutMs} ms, or could not be reached`, { cause });
    });
    await response.body?.cancel();
    if (response.ok) return;
    throw new WebhookError(`${this.#url.origin} answered ${response.status} to ${panes.length} panes`, {
      status: response.status,
      retryAfterMs: waitOf(response.headers.get('retry-after')),
    });
  }

  #signature(body: string): Record<string, string> {
    const { secret, clock = systemClock } = this.#options;
    if (secret === undefined) return {};
    const seconds = Math.floor(clock.nowMs() / 1000);
    const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { 'mullion-signature': `t=${seconds},v1=${digest}` };
  }
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isLocal = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  if (url?.protocol === 'https:' || (url !== undefined && isLocal)) return url;
  throw new RangeError(`url is '${text}'; panes go to https://…, or to http://localhost:… on this machine`);
}

/** Seconds, or a date that nobody sends. */
function waitOf(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
}
