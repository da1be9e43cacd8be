import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { sendProblem } from './problem.ts';

/** The API on this machine, for this machine. */
export interface ApiServer {
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  /** Ends all WebSockets, behind the answers to what they have brought, and takes no further ones. */
  closeSockets(): Promise<void>;
  stop(): Promise<void>;
}

/** What there is besides requests. */
export interface LocalServerOptions {
  /** 0, or nothing, for any that is free. */
  readonly port?: number | undefined;
  /** Takes connections that ask to become WebSockets, by path. */
  readonly sockets?: Readonly<Record<string, SocketTaker>>;
}

/** Makes a WebSocket of a connection. */
export interface SocketTaker {
  accept(request: IncomingMessage, connection: Duplex, head: Buffer): void;
  /** Resolves when none is left. */
  close(): Promise<void>;
}

const HOST = '127.0.0.1';
const OWN_NAMES = new Set([HOST, 'localhost']);

/**
 * Serves the API to programs and pages of this machine alone. Who can reach the port may ask for anything, so nobody else can: it listens on the loopback interface, answers
 * to no name but its own, which a page of another site cannot give it (DNS rebinding), and takes nothing from a page that is not its own.
 *
 * @throws {Error} when the port is taken.
 */
export async function serveLocally(
  api: { fetch(request: Request): Response | Promise<Response> },
  { port = 0, sockets = {} }: LocalServerOptions = {},
): Promise<ApiServer> {
  const guarded = new Hono();
  guarded.use(async (context, next) => {
    const objection = objectionTo(new URL(context.req.url), context.req.header('origin'));
    return objection === undefined ? next() : sendProblem(context, 403, objection);
  });
  guarded.all('*', (context) => api.fetch(context.req.raw));
  const server = serve({ fetch: guarded.fetch, hostname: HOST, port });
  const takers = new Map(Object.entries(sockets));
  if (takers.size > 0)
    server.on('upgrade', (request: IncomingMessage, connection: Duplex, head: Buffer) => upgrade(takers, request, connection, head));
  await once(server, 'listening');
  const closeSockets = async () => void (await Promise.all([...takers.values()].map((each) => each.close())));
  return {
    address: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    closeSockets,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      await closeSockets();
      // Streams of events stay open by themselves.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}

/** Why somebody who asks is not answered. */
function objectionTo({ hostname, origin }: URL, from: string | undefined): string | undefined {
  if (!OWN_NAMES.has(hostname)) return `this is served to this machine alone, not as '${hostname}'; ask http://${HOST}`;
  return from === undefined || from === origin ? undefined : `pages of ${from} may not ask here`;
}

/** A page may open a WebSocket to wherever it likes; so who asks is looked at here, too. */
function upgrade(takers: ReadonlyMap<string, SocketTaker>, request: IncomingMessage, connection: Duplex, head: Buffer): void {
  // A connection that breaks meanwhile is nobody's concern.
  connection.on('error', () => {});
  const { url: path = '/', headers } = request;
  const asked = URL.parse(path, `http://${headers.host ?? ''}`);
  const taker = asked === null ? undefined : takers.get(asked.pathname);
  if (asked !== null && objectionTo(asked, headers.origin) !== undefined) refuse(connection, '403 Forbidden');
  else if (taker === undefined) refuse(connection, '404 Not Found');
  else taker.accept(request, connection, head);
}

function refuse(connection: Duplex, status: string): void {
  connection.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
