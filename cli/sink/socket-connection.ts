import { Buffer } from 'node:buffer';
import { type RawData, WebSocket } from 'ws';
import type { SocketAnswer } from '../../shared/intake/answer-message.ts';
import { FRAME_BYTES_MAX } from '../../shared/intake/event-message.ts';

// API Gateway waits 29 seconds for an answer. What failed there has none of ours, and is known by that.
const ANSWER_MS = 30_000;
const CONNECT_MS = 10_000;

/** One connection to a WebSocket that takes events. */
export class SocketConnection {
  readonly #socket: WebSocket;
  readonly #unanswered = new Map<string, (answer: SocketAnswer | undefined) => void>();

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => this.#receive(data));
    socket.on('error', () => {});
    socket.on('close', () => {
      for (const settle of this.#unanswered.values()) settle(undefined);
    });
  }

  /** @throws {Error} when there is nobody, or it may not be. */
  static open(url: string, headers: Readonly<Record<string, string>>): Promise<SocketConnection> {
    const socket = new WebSocket(url, { headers, handshakeTimeout: CONNECT_MS, perMessageDeflate: false });
    return new Promise((resolve, reject) => {
      socket.once('error', reject);
      socket.once('open', () => {
        socket.off('error', reject);
        resolve(new SocketConnection(socket));
      });
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** The answer to a message; undefined where there is none, and nobody knows what became of it. */
  async ask(id: string, text: string): Promise<SocketAnswer | undefined> {
    if (!this.isOpen) return undefined;
    let timer: NodeJS.Timeout | undefined;
    const answer = new Promise<SocketAnswer | undefined>((resolve) => {
      this.#unanswered.set(id, resolve);
      timer = setTimeout(() => resolve(undefined), ANSWER_MS);
    });
    const bytes = Buffer.from(text);
    for (let from = 0; from < bytes.length; from += FRAME_BYTES_MAX) {
      const fin = from + FRAME_BYTES_MAX >= bytes.length;
      this.#socket.send(bytes.subarray(from, from + FRAME_BYTES_MAX), { binary: false, fin }, () => {});
    }
    try {
      return await answer;
    } finally {
      clearTimeout(timer);
      this.#unanswered.delete(id);
    }
  }

  close(): void {
    this.#socket.close();
  }

  #receive(data: RawData): void {
    // API Gateway has messages of its own, such as { "message": "Internal server error" }, which do not say whose they are.
    const answer = JSON.parse((data as Buffer).toString()) as Partial<SocketAnswer>;
    if (answer.id !== undefined) this.#unanswered.get(answer.id)?.(answer as SocketAnswer);
  }
}
