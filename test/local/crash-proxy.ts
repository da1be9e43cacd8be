import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** One call to DynamoDB, as the proxy sees it. */
export interface Call {
  /** `PutItem`, `Query` … */
  readonly operation: string;
  readonly body: { readonly Item?: { readonly pk?: { readonly S?: string } } };
}

export interface CrashProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

export interface CrashPlan {
  /** Whether a call is never answered. */
  readonly picks: (call: Call) => boolean;
  /** Whether it is carried out all the same. */
  readonly applied: boolean;
  /** Called in place of the answer. */
  readonly crash: () => void;
}

/** Stands between functions and DynamoDB, so that a function can be killed exactly before or after one of its calls takes effect. */
export async function startCrashProxy(target: string, plan: CrashPlan): Promise<CrashProxy> {
  const server = createServer((incoming, outgoing) => {
    void forward(target, plan, incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function forward(
  target: string,
  { picks, applied, crash }: CrashPlan,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const asked = await buffer(incoming);
  const call: Call = { operation: String(incoming.headers['x-amz-target']).split('.')[1] ?? '', body: JSON.parse(asked.toString('utf8')) };
  const picked = picks(call);
  if (picked && !applied) {
    crash();
    return;
  }
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request(target, { method: incoming.method, headers: incoming.headers, path: incoming.url }, resolve).on('error', reject).end(asked);
  });
  const said = await buffer(answer);
  if (picked) crash();
  else outgoing.writeHead(answer.statusCode ?? 500, answer.headers).end(said);
}
