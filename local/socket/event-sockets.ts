import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { answerMessage, type SocketIntake } from '../../shared/intake/answer-message.ts';
import { MESSAGE_BYTES_MAX } from '../../shared/intake/event-message.ts';
import { EventSocket, GOING_AWAY, type SocketLimits } from './event-socket.ts';

const CONNECTIONS_MAX = 1_000;
// Idle as API Gateway has it.
const LIMITS: SocketLimits = { messagesMax: 16, idleMs: 10 * 60_000, pingEveryMs: 30_000 };

/** Takes events over WebSockets, as API Gateway and the function behind it do. */
export class EventSockets {
  readonly #server = new WebSocketServer({ noServer: true, clientTracking: false, maxPayload: MESSAGE_BYTES_MAX });
  readonly #sockets = new Map<WebSocket, EventSocket>();
  readonly #intake: SocketIntake;
  readonly #limits: SocketLimits;
  #isClosing = false;

  constructor(intake: SocketIntake, limits: Partial<SocketLimits> = {}) {
    this.#intake = intake;
    this.#limits = { ...LIMITS, ...limits };
  }

  /** Makes a WebSocket of a connection that asks to become one. */
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void {
    if (this.#isClosing || this.#sockets.size >= CONNECTIONS_MAX) {
      connection.end('HTTP/1.1 503 Service Unavailable\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
      return;
    }
    this.#server.handleUpgrade(request, connection, head, (socket) => {
      const answer = async (text: string) => JSON.stringify(await answerMessage(text, this.#intake));
      this.#sockets.set(socket, new EventSocket(socket, answer, this.#limits));
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** Answers what is being worked on, takes nothing more, and ends all connections. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await Promise.all([...this.#sockets.values()].map((each) => each.end(GOING_AWAY, 'this server ends')));
    this.#server.close();
  }
}
