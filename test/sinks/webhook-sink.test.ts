import { createHmac } from 'node:crypto';
import { afterEach, describe, expect, test } from 'vitest';
import { WebhookSink, type WebhookSinkOptions } from '../../shared/adapters/sinks/webhook-sink.ts';
import { type DeadPane, PartlyTakenError } from '../../shared/ports/pane-sink.ts';
import { paneOf } from '../fixtures/pane-of.ts';
import { startReceiver, type WebhookReceiver } from './webhook-receiver.ts';

const receivers: WebhookReceiver[] = [];
afterEach(async () => {
  for (const each of receivers.splice(0)) await each.stop();
});

const panes = Array.from({ length: 7 }, (_each, place) => paneOf({ key: `k${place}`, place }));
const ids = panes.map(({ id }) => id);

type Answers = Parameters<typeof startReceiver>[0];

async function sinkTo(answer: Answers, options: Partial<WebhookSinkOptions> = {}) {
  const receiver = await startReceiver(answer);
  receivers.push(receiver);
  return { receiver, sink: new WebhookSink({ url: receiver.url, backoffFirstMs: 1, backoffMaxMs: 20, ...options }) };
}

const failure = async (put: Promise<void>) =>
  put.then(
    () => undefined,
    (error: unknown) => error as PartlyTakenError,
  );

describe('a webhook', () => {
  test('brings panes in their order, so many a request', async () => {
    const { receiver, sink } = await sinkTo(() => 204, { panesPerRequest: 3 });
    await sink.put(panes);
    expect(receiver.received.map((each) => each.ids.length)).toEqual([3, 3, 1]);
    expect(receiver.taken).toEqual(ids);
    expect(receiver.received[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(receiver.received[0]?.body ?? '')).toEqual({ panes: panes.slice(0, 3) });
  });

  test('signs what it sends, and says who it is, anew each time', async () => {
    let token = 0;
    const headers = async () => ({ authorization: `Bearer ${++token}` });
    const { receiver, sink } = await sinkTo(() => 200, {
      secret: 'shared',
      headers,
      panesPerRequest: 4,
      clock: { nowMs: () => 1_700_000_000_900 },
    });
    await sink.put(panes);
    for (const [index, request] of receiver.received.entries()) {
      const digest = createHmac('sha256', 'shared').update(`1700000000.${request.body}`).digest('hex');
      expect(request.headers['mullion-signature']).toBe(`t=1700000000,v1=${digest}`);
      expect(request.headers.authorization).toBe(`Bearer ${index + 1}`);
    }
  });

  test('asks again when the receiver is in trouble, says nothing, or has too much to do', async () => {
    const { receiver, sink } = await sinkTo(
      (_ids, request) => [503, 'silence' as const, { status: 429, retryAfter: '0' }, 200][request - 1] ?? 500,
      {
        attemptsMax: 4,
        breakAfter: 9,
      },
    );
    await sink.put(panes);
    expect(receiver.received).toHaveLength(4);
    expect(receiver.taken).toEqual(ids);
  });

  test('gives the rest back when trouble goes on: what was taken is not brought again', async () => {
    const { receiver, sink } = await sinkTo((some) => (some.includes(ids[4] as string) ? 500 : 200), { panesPerRequest: 2, breakAfter: 9 });
    const error = await failure(sink.put(panes));
    expect(error).toBeInstanceOf(PartlyTakenError);
    expect(error?.taken).toBe(4);
    expect(error?.message).toMatch(/^4 panes were taken, and the next one was not: http:\/\/127\.0\.0\.1:\d+ answered 500$/);
    expect(receiver.taken).toEqual(ids.slice(0, 4));
    expect(receiver.received).toHaveLength(2 + 3);
  });

  test('leaves a receiver alone that fails time and again, and tries it later', async () => {
    let isWell = false;
    const { receiver, sink } = await sinkTo(() => (isWell ? 200 : 500), { attemptsMax: 10, breakAfter: 3, breakForMs: 100 });
    expect((await failure(sink.put(panes)))?.message).toContain('has failed so often that nobody asks for now; the panes come again');
    expect(receiver.received).toHaveLength(3);
    await failure(sink.put(panes));
    expect(receiver.received).toHaveLength(3);
    isWell = true;
    await expect.poll(async () => (await failure(sink.put(panes))) === undefined, { timeout: 10_000 }).toBe(true);
    expect(receiver.taken).toEqual(ids);
  });

  test('finds the pane that is refused for good, keeps it elsewhere, and brings the others', async () => {
    const dead: DeadPane[] = [];
    const deadLetters = { put: async (some: readonly DeadPane[]) => void dead.push(...some) };
    const refused = [ids[2], ids[5]] as string[];
    const { receiver, sink } = await sinkTo((some) => (some.some((id) => refused.includes(id)) ? 422 : 200), {
      deadLetters,
      clock: { nowMs: () => 5 },
    });
    await sink.put(panes);
    expect(receiver.taken).toEqual(ids.filter((id) => !refused.includes(id)));
    expect(dead).toEqual(
      [2, 5].map((at) => ({ id: ids[at], pane: panes[at], reason: `${new URL(receiver.url).origin} answered 422`, atMs: 5 })),
    );
  });

  test('holds everything back behind a pane that is refused for good, where nobody keeps such', async () => {
    const { receiver, sink } = await sinkTo((some) => (some.includes(ids[2] as string) ? 400 : 200));
    const error = await failure(sink.put(panes));
    expect(error?.taken).toBe(2);
    expect(receiver.taken).toEqual(ids.slice(0, 2));
  });

  test('does not lose a pane whose keeper fails', async () => {
    const deadLetters = { put: async () => Promise.reject(new Error('no room')) };
    const { sink } = await sinkTo(() => 410, { deadLetters });
    expect(await failure(sink.put(panes))).toMatchObject({ taken: 0, message: '0 panes were taken, and the next one was not: no room' });
  });

  test('follows nobody to another address', async () => {
    const { receiver, sink } = await sinkTo(() => 307);
    expect((await failure(sink.put(panes)))?.message).toContain('answered 307');
    expect(receiver.taken).toEqual([]);
  });

  test.each(['http://example.com/panes', 'ftp://localhost/', 'panes'])('refuses %s', (url) => {
    expect(() => new WebhookSink({ url })).toThrow(`url is '${url}'; it must be https://…, or http://localhost:… on this machine`);
  });
});
