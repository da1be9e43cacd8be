import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Pane } from '../../shared/pipeline/pane.ts';

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ids: readonly string[];
}

/** What it says to a request: a status, with or without a time after which to ask again, or nothing at all. */
type Answer = number | { readonly status: number; readonly retryAfter: string } | 'silence';

/** Somebody who receives panes over HTTP. */
export interface WebhookReceiver {
  readonly url: string;
  readonly received: readonly Received[];
  /** The panes it has taken. */
  readonly taken: readonly string[];
  stop(): Promise<void>;
}

export async function startReceiver(answer: (ids: readonly string[], request: number) => Answer): Promise<WebhookReceiver> {
  const received: Received[] = [];
  const taken: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const ids = (JSON.parse(body) as { readonly panes: readonly Pane[] }).panes.map(({ id }) => id);
      received.push({ headers: request.headers, body, ids });
      const given = answer(ids, received.length);
      if (given === 'silence') return request.socket.destroy();
      const { status, retryAfter } = typeof given === 'number' ? { status: given, retryAfter: undefined } : given;
      if (status < 300) taken.push(...ids);
      return response
        .writeHead(status, retryAfter === undefined ? {} : { 'retry-after': retryAfter })
        .end('what it says is nobody’s business');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/panes`,
    received,
    taken,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
