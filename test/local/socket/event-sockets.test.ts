import { once } from 'node:events';
import { compileFunction } from 'node:vm';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { type ApiServer, serveLocally } from '../../../functions/api/api-server.ts';
import { EventSockets } from '../../../local/socket/event-sockets.ts';
import type { SocketLimits } from '../../../local/socket/event-socket.ts';
import type { SocketAnswer } from '../../../shared/intake/answer-message.ts';
import { MESSAGE_BYTES_MAX } from '../../../shared/intake/event-message.ts';
import type { InputStream, PutResult, StreamedEvent } from '../../../shared/ports/input-stream.ts';
import { type Page, pages, samples } from '../../docs/pages.ts';
import alerts from '../examples/alerts.ts';
import { unexpected } from '../unexpected.ts';

/** A stream whose puts are answered when the test says so. */
class PatientStream implements InputStream {
  readonly eventBytesMax = 2 ** 20;
  readonly eventsMax = 500;
  readonly taken: StreamedEvent[] = [];
  readonly #waiting: (() => void)[] = [];
  isOpen = true;
  underWay = 0;
  underWayMax = 0;

  /** What becomes of the first events, where they are not taken. */
  readonly troubles: PutResult[] = [];

  async put(events: readonly StreamedEvent[]): Promise<PutResult[]> {
    this.underWayMax = Math.max(this.underWayMax, ++this.underWay);
    if (!this.isOpen) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.underWay--;
    return events.map((event) => {
      const trouble = this.troubles.shift();
      if (trouble !== undefined) return trouble;
      this.taken.push(event);
      return { kind: 'taken', shardId: 'shard', sequenceNumber: '1' };
    });
  }

  open(): void {
    this.isOpen = true;
    for (const goOn of this.#waiting.splice(0)) goOn();
  }
}

let server: ApiServer | undefined;

async function serving(stream: InputStream, limits: Partial<SocketLimits> = {}): Promise<string> {
  const sockets = new EventSockets({ pipeline: alerts, stream, onError: unexpected }, limits);
  server = await serveLocally({ fetch: () => new Response('a page') }, { sockets: { '/ws/ingest': sockets } });
  return server.address.replace('http', 'ws');
}

afterEach(async () => {
  await server?.stop();
});

async function connected(address: string, options: object = {}): Promise<{ socket: WebSocket; answers: SocketAnswer[] }> {
  const socket = new WebSocket(`${address}/ws/ingest`, options);
  const answers: SocketAnswer[] = [];
  socket.on('message', (data) => answers.push(JSON.parse((data as Buffer).toString()) as SocketAnswer));
  await once(socket, 'open');
  return { socket, answers };
}

const message = (id: string) => JSON.stringify({ id, events: [{ data: { at: 1, host: id, severity: 'info' } }] });
const closed = async (socket: WebSocket) => (await once(socket, 'close'))[0] as number;

describe('a WebSocket for events', () => {
  test('is beside the requests on one port, and answers each message', async () => {
    const stream = new PatientStream();
    const address = await serving(stream);
    const { socket, answers } = await connected(address);
    socket.send(message('1'));
    socket.send('nonsense');
    await vi.waitFor(() => expect(answers).toHaveLength(2));
    expect(answers).toContainEqual({ type: 'ack', id: '1', accepted: 1, refused: [] });
    expect(answers).toContainEqual(expect.objectContaining({ type: 'error', code: 'unreadable' }));
    expect(stream.taken).toEqual([{ partitionKey: '1', data: '{"at":1,"host":"1","severity":"info"}' }]);
    expect(await (await fetch(address.replace('ws', 'http'))).text()).toBe('a page');
  });

  test('works on no more messages at a time than it may, and holds the others back until there is room', async () => {
    const stream = new PatientStream();
    stream.isOpen = false;
    const { socket, answers } = await connected(await serving(stream, { messagesMax: 3 }));
    const ids = Array.from({ length: 200 }, (_each, index) => String(index));
    for (const id of ids) socket.send(message(id));
    await vi.waitFor(() => expect(stream.underWay).toBe(3));
    stream.open();
    await vi.waitFor(() => expect(answers).toHaveLength(200));
    expect(stream.underWayMax).toBe(3);
    expect(stream.taken.map(({ partitionKey }) => partitionKey).toSorted()).toEqual(ids.toSorted());
  });

  test('that is closed by the server answers what is under way first: what was acknowledged is on the stream, and nothing else is', async () => {
    const stream = new PatientStream();
    stream.isOpen = false;
    const { socket, answers } = await connected(await serving(stream, { messagesMax: 2 }));
    for (const id of ['1', '2', '3', '4']) socket.send(message(id));
    await vi.waitFor(() => expect(stream.underWay).toBe(2));
    const closing = server?.closeSockets();
    const code = closed(socket);
    stream.open();
    await closing;
    expect(await code).toBe(1001);
    expect(answers.map((answer) => answer.type === 'ack' && answer.id)).toEqual(['1', '2']);
    expect(stream.taken.map(({ partitionKey }) => partitionKey)).toEqual(['1', '2']);
    const late = new WebSocket(socket.url);
    expect(((await once(late, 'error'))[0] as Error).message).toContain('503');
  });

  test.each([
    ['longer than a message may be', 'x'.repeat(MESSAGE_BYTES_MAX + 1), 1009],
    ['bytes', Buffer.from(message('1')), 1003],
  ])('is closed over a message that is %s', async (_what, sent, code) => {
    const { socket } = await connected(await serving(new PatientStream()));
    socket.send(sent);
    expect(await closed(socket)).toBe(code);
  });

  test('takes a message as long as one may be', async () => {
    const { socket, answers } = await connected(await serving(new PatientStream()));
    const [before, after] = ['{"id":"1","events":[{"partitionKey":"k","data":"', '"}]}'];
    socket.send(`${before}${'x'.repeat(MESSAGE_BYTES_MAX - before.length - after.length)}${after}`);
    await vi.waitFor(() => expect(answers).toMatchObject([{ type: 'ack', accepted: 1 }]));
  });

  test('is closed when nothing comes for too long', async () => {
    const { socket } = await connected(await serving(new PatientStream(), { idleMs: 20 }));
    expect(await closed(socket)).toBe(1001);
  });

  test('is ended when whoever is at the other end is gone', async () => {
    const { socket } = await connected(await serving(new PatientStream(), { pingEveryMs: 20 }), { autoPong: false });
    expect(await closed(socket)).toBe(1006);
  });

  test.each([
    ['a page of another site', '/ws/ingest', { origin: 'https://example.com' }, '403'],
    ['whoever comes under another name', '/ws/ingest', { headers: { host: 'example.com' } }, '403'],
    ['a path where there is none', '/ws', {}, '404'],
  ])('is not for %s', async (_who, path, options, status) => {
    const socket = new WebSocket(`${await serving(new PatientStream())}${path}`, options);
    const [error] = (await once(socket, 'error')) as [Error];
    expect(error.message).toContain(status);
  });
});

test('the client of docs/WEBSOCKET.md sends again what met backpressure, and that alone', async () => {
  const page = pages().find(({ path }) => path === 'docs/WEBSOCKET.md') as Page;
  const [sample = ''] = samples(page, 'js');
  const stream = new PatientStream();
  stream.troubles.push({ kind: 'throttled', message: 'too much' }, { kind: 'throttled', message: 'too much' });
  const address = await serving(stream);
  const run = compileFunction(`${sample.replace('ws://localhost:4280', address)}; return { socket, sent, send };`, ['WebSocket']) as (
    of: typeof globalThis.WebSocket,
  ) => { socket: globalThis.WebSocket; sent: Map<string, unknown>; send: (id: string, events: object[]) => void };
  const { socket, sent, send } = run(globalThis.WebSocket);
  await new Promise((resolve) => socket.addEventListener('open', resolve));
  send(
    '1',
    ['a', 'b', 'c'].map((partitionKey) => ({ data: 1, partitionKey })),
  );
  await vi.waitFor(() => expect(stream.taken.map(({ partitionKey }) => partitionKey)).toEqual(['c', 'a', 'b']), { timeout: 5_000 });
  await vi.waitFor(() => expect([...sent]).toEqual([]));
  socket.close();
});
