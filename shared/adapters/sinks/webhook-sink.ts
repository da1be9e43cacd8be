/**
 * Panes to a URL.
 *
 * @module mullion/sinks/webhook
 */
import { createHmac } from 'node:crypto';
import { BrokenCircuitError, type IPolicy } from 'cockatiel';
import type { Pane } from '../../pipeline/pane.ts';
import type { Clock } from '../../ports/clock.ts';
import { type DeadPane, type PaneSink, PartlyTakenError } from '../../ports/pane-sink.ts';
import { systemClock } from '../system-clock.ts';
import { patient, type PatienceOptions } from './patience.ts';
import { HttpError, postJson, trustedUrl } from './post-json.ts';

/** Where {@link WebhookSink} sends panes, and how patient it is. */
export interface WebhookSinkOptions extends PatienceOptions {
  /** Of HTTPS; of HTTP on this machine alone. */
  readonly url: string;
  /** Of every request; a function is asked before each, for tokens that run out. */
  readonly headers?: Readonly<Record<string, string>> | (() => Promise<Readonly<Record<string, string>>>);
  /** Requests are signed with it: `Mullion-Signature: t=<seconds>,v1=<HMAC-SHA256 of "<seconds>.<body>", hexadecimal>`. */
  readonly secret?: string;
  /** How many panes a request brings at most. Default 100. */
  readonly panesPerRequest?: number;
  /** A request fails that has no answer by then. Default 10 seconds. */
  readonly timeoutMs?: number;
  /** Where panes go that the receiver refuses for good (400, 404, 413 …). Without it they hold their shard back until it takes them. */
  readonly deadLetters?: PaneSink<DeadPane>;
  /** The time that signatures and dead panes carry; the system's by default. */
  readonly clock?: Clock;
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
    this.#url = trustedUrl('url', options.url);
    this.#policy = patient((error) => (error instanceof HttpError ? error : undefined), options);
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
      const isRefused = error instanceof HttpError && !error.mayPass;
      if (!isRefused) throw new PartlyTakenError(before, error instanceof BrokenCircuitError ? this.#broken(error) : error);
      if (panes.length === 1) return this.#bury(panes[0] as Pane, before, error);
      // One of them is refused; the others need not be.
      const half = panes.length >> 1;
      await this.#deliver(panes.slice(0, half), before);
      await this.#deliver(panes.slice(half), before + half);
    }
  }

  async #bury(pane: Pane, before: number, error: HttpError): Promise<void> {
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
    const own = typeof headers === 'function' ? await headers() : headers;
    const response = await postJson(this.#url, body, { headers: { ...this.#signature(body), ...own }, timeoutMs });
    await response.body?.cancel();
  }

  #signature(body: string): Record<string, string> {
    const { secret, clock = systemClock } = this.#options;
    if (secret === undefined) return {};
    const seconds = Math.floor(clock.nowMs() / 1000);
    const digest = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    return { 'mullion-signature': `t=${seconds},v1=${digest}` };
  }
}
