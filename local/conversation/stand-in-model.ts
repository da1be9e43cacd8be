import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import { pause } from '../../shared/adapters/pause.ts';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })).min(1),
});

/** A server on this machine. */
export interface StandInModel {
  /** For `baseUrl` of a client. */
  readonly baseUrl: string;
  stop(): Promise<void>;
}

/** How it behaves to its n-th request, from 1. */
export interface StandInOptions {
  readonly delayMs?: number;
  /** Another status than 200 instead of an answer. */
  readonly statusOf?: (request: number, question: string) => number;
}

/**
 * Speaks OpenAI's Chat Completions, and is no model: it counts what it was given and repeats the last words of the customer. It stands in for one where there is none, and says so.
 */
export async function startStandInModel({ delayMs = 0, statusOf = () => 200 }: StandInOptions = {}): Promise<StandInModel> {
  let requests = 0;
  const ending = new AbortController();
  const server = createServer((request, response) => {
    const number = ++requests;
    void (async () => {
      const parsed = requestSchema.safeParse(await json(request).catch(() => undefined));
      const question = parsed.data?.messages.at(-1)?.content ?? '';
      await pause(delayMs, ending.signal);
      const isKnown = request.method === 'POST' && request.url === '/v1/chat/completions';
      const status = isKnown ? (parsed.success ? statusOf(number, question) : 400) : 404;
      response.writeHead(status, { 'content-type': 'application/json' });
      if (status !== 200) return response.end(JSON.stringify({ error: { message: `status ${status}` } }));
      const message = { role: 'assistant', content: replyTo(question) };
      return response.end(
        JSON.stringify({
          id: `chatcmpl-${number}`,
          object: 'chat.completion',
          created: 0,
          model: parsed.data?.model,
          choices: [{ index: 0, message, finish_reason: 'stop' }],
        }),
      );
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    stop: async () => {
      ending.abort();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function replyTo(question: string): string {
  const lines = question.split('\n');
  const last = lines.findLast((line) => line.startsWith('customer: '))?.slice('customer: '.length);
  const read = `(no model, a stand-in) I have read ${lines.length} ${lines.length === 1 ? 'message' : 'messages'}.`;
  return last === undefined ? `${read} The customer said nothing.` : `${read} The customer said last: “${last}”`;
}
