import { RequestSigner } from '../../shared/adapters/execute-api/request-signer.ts';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { lambdaClient } from '../../shared/adapters/lambda/lambda-client.ts';
import { backoffMs, pause } from '../../shared/adapters/pause.ts';
import type { SocketAnswer } from '../../shared/intake/answer-message.ts';
import { reasonOf } from '../aws-target.ts';
import { CommandError, UsageError } from '../command-error.ts';
import type { EventSink, SendOutcome } from './event-sink.ts';
import { SocketConnection } from './socket-connection.ts';
import { messageText, socketMessages } from './socket-messages.ts';

export interface SocketSinkOptions {
  /** `ws://…`, or `wss://…`, which is signed. */
  readonly url: string;
  /** Ends the attempts to get a message acknowledged. */
  readonly signal: AbortSignal;
}

/** Messages without an answer at a time. */
const WINDOW = 8;
const BACKPRESSURE_MS_MAX = 30_000;
const RECONNECT_WAIT = { firstMs: 100, maxMs: 5_000 };
/** Somebody who has acknowledged nothing for so long, while asked again and again, will not. */
const GIVE_UP_MS = 60_000;

/**
 * A WebSocket that takes events. Some messages are under way at a time; what has no acknowledgement goes again, over the next connection where this one ends, until it has
 * one. So all that was sent arrives at least once, and some perhaps twice: where the answer was lost.
 */
export class SocketSink implements EventSink {
  readonly name: string;
  readonly #options: SocketSinkOptions;
  #connection: SocketConnection | undefined;
  #connecting: Promise<void> | undefined;
  #messages = 0;
  #again = 0;
  /** Times that it was met, since a message was acknowledged. */
  #pressureInARow = 0;
  #resumeAtMs = 0;
  #troubledSinceMs: number | undefined;
  #hasFailed = false;

  private constructor(options: SocketSinkOptions) {
    this.name = `WebSocket ${options.url}`;
    this.#options = options;
  }

  /** @throws {CommandError} when there is nobody at the address, or it may not be used. */
  static async open(options: SocketSinkOptions): Promise<SocketSink> {
    const { url } = options;
    if (!URL.canParse(url) || !/^wss?:$/.test(new URL(url).protocol))
      throw new UsageError(`--to ${url}: needed: the address of a WebSocket, such as ws://127.0.0.1:4280/ws/ingest`);
    const sink = new SocketSink(options);
    try {
      await sink.#connect();
    } catch (error) {
      const remedy = 'check the address, and for wss:// AWS_REGION and credentials (execute-api:Invoke)';
      throw new CommandError(`${sink.name}: no connection: ${reasonOf(error)}; ${remedy}`, { cause: error });
    }
    return sink;
  }

  async send(events: readonly StreamEvent[]): Promise<SendOutcome> {
    const again = this.#again;
    const messages = [...socketMessages(events)];
    const delivered = messages.map(() => false);
    const rest = messages.entries();
    const deliverRest = async () => {
      for (const [index, message] of rest) {
        if (this.#isStopped) return;
        delivered[index] = await this.#deliver(message);
      }
    };
    try {
      await Promise.all(Array.from({ length: WINDOW }, deliverRest));
    } catch (error) {
      this.#hasFailed = true;
      await this.close();
      throw error;
    }
    const missing = delivered.indexOf(false);
    const inOrder = missing === -1 ? messages : messages.slice(0, missing);
    return { taken: inOrder.reduce((sum, message) => sum + message.length, 0), again: this.#again - again };
  }

  async close(): Promise<void> {
    this.#connection?.close();
  }

  get #isStopped(): boolean {
    return this.#hasFailed || this.#options.signal.aborted;
  }

  /** Whether all of it is acknowledged: always, unless the sink is stopped. */
  async #deliver(message: readonly string[]): Promise<boolean> {
    let rest = message;
    for (;;) {
      const waitMs = this.#resumeAtMs - performance.now();
      if (waitMs > 0) await pause(waitMs, this.#options.signal);
      if (this.#isStopped) return false;
      rest = await this.#attempt(rest);
      if (rest.length === 0) return true;
      if (this.#isStopped) return false;
      this.#again += rest.length;
    }
  }

  /** What of a message is to be sent again. */
  async #attempt(events: readonly string[]): Promise<readonly string[]> {
    if (this.#connection?.isOpen !== true) await this.#reconnect();
    const id = String(this.#messages++);
    const answer = await this.#connection?.ask(id, messageText(id, events));
    if (answer === undefined) this.#noteTrouble('the connection ended, or there was no answer', RECONNECT_WAIT.firstMs);
    else if (answer.type !== 'error') return this.#unacknowledged(answer, events);
    else if (answer.code === 'failed') this.#noteTrouble(answer.message, answer.retryAfterMs);
    else throw new CommandError(`${this.name}: it does not understand what it is sent: ${answer.message}`);
    return events;
  }

  #unacknowledged(answer: Exclude<SocketAnswer, { type: 'error' }>, events: readonly string[]): readonly string[] {
    const forGood = answer.refused.find(({ code }) => code === 'key' || code === 'tooLarge');
    if (forGood !== undefined) throw new CommandError(`${this.name}: it refuses an event: ${forGood.message ?? forGood.code}`);
    this.#troubledSinceMs = undefined;
    if (answer.type === 'ack') {
      this.#pressureInARow = 0;
      return [];
    }
    // Those that were under way together meet the same pressure.
    if (performance.now() >= this.#resumeAtMs) this.#pressureInARow++;
    this.#waitFor(backoffMs(this.#pressureInARow, { firstMs: answer.retryAfterMs, maxMs: BACKPRESSURE_MS_MAX }));
    return answer.refused.map(({ index }) => events[index] as string);
  }

  /** @throws {CommandError} when there has been nothing else for too long. */
  #noteTrouble(reason: string, waitMs: number): void {
    const nowMs = performance.now();
    this.#troubledSinceMs ??= nowMs;
    if (nowMs - this.#troubledSinceMs > GIVE_UP_MS)
      throw new CommandError(`${this.name}: nothing has been acknowledged for ${GIVE_UP_MS / 1_000} s: ${reason}`);
    this.#waitFor(waitMs);
  }

  #waitFor(ms: number): void {
    this.#resumeAtMs = Math.max(this.#resumeAtMs, performance.now() + ms);
  }

  /** One for all messages that wait for it. */
  #reconnect(): Promise<void> {
    this.#connecting ??= this.#connectAgain().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connectAgain(): Promise<void> {
    for (let attempts = 1; !this.#isStopped; attempts++) {
      try {
        return await this.#connect();
      } catch (error) {
        const waitMs = backoffMs(attempts, RECONNECT_WAIT);
        this.#noteTrouble(reasonOf(error), waitMs);
        await pause(waitMs, this.#options.signal);
      }
    }
  }

  async #connect(): Promise<void> {
    const { url } = this.#options;
    this.#connection = await SocketConnection.open(url, await handshakeHeaders(new URL(url)));
  }
}

/** Says who connects, to a WebSocket that is not of this machine: by region and credentials as the AWS SDK finds them. */
export async function handshakeHeaders(url: URL): Promise<Readonly<Record<string, string>>> {
  if (url.protocol !== 'wss:') return {};
  const asked = new URL(url);
  asked.protocol = 'https:';
  return new RequestSigner(lambdaClient().config).headers({ method: 'GET', url: asked, body: undefined });
}
