import type { RawData, WebSocket } from 'ws';
import { pause } from '../../shared/adapters/pause.ts';

/** How much a connection may ask of this machine. */
export interface SocketLimits {
  /** Messages that are worked on, and answered, at a time. Further ones are not read. */
  readonly messagesMax: number;
  /** After so long without a message it is closed. */
  readonly idleMs: number;
  /** One that does not answer a ping before the next one is gone. */
  readonly pingEveryMs: number;
}

export const GOING_AWAY = 1001;
const UNSUPPORTED_DATA = 1003;
/** For what is under way: the stream answers sooner, and who reads no answers is not waited for. */
const ANSWERS_MS = 10_000;
/** For the other side to agree that it is over. */
const FAREWELL_MS = 2_000;

/**
 * One connection. Its messages are answered as they are done, several at a time, as API Gateway has them. Whoever sends more than that, or does not read the answers, is not
 * read any further: the connection itself holds them back.
 */
export class EventSocket {
  readonly #socket: WebSocket;
  readonly #answer: (message: string) => Promise<string>;
  readonly #limits: SocketLimits;
  readonly #underWay = new Set<Promise<void>>();
  /** Came with others in one piece, before the connection was held back. */
  readonly #waiting: string[] = [];
  readonly #idle: NodeJS.Timeout;
  readonly #pings: NodeJS.Timeout;
  #isAlive = true;
  #isEnding = false;

  /** @param answer Says what the answer to a message is. Never rejects. */
  constructor(socket: WebSocket, answer: (message: string) => Promise<string>, limits: SocketLimits) {
    this.#socket = socket;
    this.#answer = answer;
    this.#limits = limits;
    this.#idle = setTimeout(() => void this.end(GOING_AWAY, 'nothing was sent for too long'), limits.idleMs);
    this.#pings = setInterval(() => this.#ping(), limits.pingEveryMs);
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => {
      this.#isAlive = true;
    });
    // Too long a message, or what is none: it is closed with the code that says so.
    socket.on('error', () => {});
    socket.on('close', () => {
      clearTimeout(this.#idle);
      clearInterval(this.#pings);
      this.#waiting.length = 0;
    });
  }

  /** Answers what is under way, and closes. What comes meanwhile is not taken. */
  async end(code: number, reason: string): Promise<void> {
    this.#isEnding = true;
    this.#waiting.length = 0;
    await Promise.race([Promise.all(this.#underWay), pause(ANSWERS_MS)]);
    // Held back, it would not read that the other side agrees.
    this.#socket.resume();
    if (this.#socket.readyState === this.#socket.CLOSED) return;
    const closed = new Promise((resolve) => this.#socket.once('close', resolve));
    this.#socket.close(code, reason);
    await Promise.race([closed, pause(FAREWELL_MS)]);
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (this.#isEnding) return;
    this.#idle.refresh();
    if (isBinary) return void this.end(UNSUPPORTED_DATA, 'messages are text');
    this.#waiting.push((data as Buffer).toString());
    this.#workOn();
  }

  #workOn(): void {
    while (this.#underWay.size < this.#limits.messagesMax) {
      const message = this.#waiting.shift();
      if (message === undefined) return this.#socket.resume();
      const work = this.#respond(message).then(() => {
        this.#underWay.delete(work);
        this.#workOn();
      });
      this.#underWay.add(work);
    }
    this.#socket.pause();
  }

  /** Until the answer is with the operating system: somebody who reads none gets no further. */
  async #respond(message: string): Promise<void> {
    const answer = await this.#answer(message);
    // Who is gone by then sends again what was not acknowledged.
    await new Promise((resolve) => this.#socket.send(answer, resolve));
  }

  #ping(): void {
    if (!this.#isAlive) return this.#socket.terminate();
    // Held back, it does not read what comes.
    this.#isAlive = this.#socket.isPaused;
    this.#socket.ping();
  }
}
