import { serve } from '@hono/node-server';
import { Hono } from 'hono';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { sendProblem } from './problem.ts';

/** The API on this machine, for this machine. */
export interface ApiServer {
  /** `http://127.0.0.1:<port>`. */
  readonly address: string;
  stop(): Promise<void>;
}

const HOST = '127.0.0.1';
const OWN_NAMES = new Set([HOST, 'localhost']);

/**
 * Serves the API to programs and pages of this machine alone. Who can reach the port may ask for anything, so nobody else can: it listens on the loopback interface, answers
 * to no name but its own, which a page of another site cannot give it (DNS rebinding), and takes nothing from a page that is not its own.
 *
 * @param port 0 for any that is free.
 * @throws {Error} when the port is taken.
 */
export async function serveLocally(api: { fetch(request: Request): Response | Promise<Response> }, port = 0): Promise<ApiServer> {
  const guarded = new Hono();
  guarded.use(async (context, next) => {
    const { hostname, origin } = new URL(context.req.url);
    if (!OWN_NAMES.has(hostname))
      return sendProblem(context, 403, `this is served to this machine alone, not as '${hostname}'; ask http://${HOST}`);
    const from = context.req.header('origin');
    if (from !== undefined && from !== origin) return sendProblem(context, 403, `pages of ${from} may not ask here`);
    return next();
  });
  guarded.all('*', (context) => api.fetch(context.req.raw));
  const server = serve({ fetch: guarded.fetch, hostname: HOST, port });
  await once(server, 'listening');
  return {
    address: `http://${HOST}:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      // Streams of events stay open by themselves.
      if ('closeAllConnections' in server) server.closeAllConnections();
      await closed;
    },
  };
}
