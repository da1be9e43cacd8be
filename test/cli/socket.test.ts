import { Buffer } from 'node:buffer';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WebSocketServer } from 'ws';
import { CommandError } from '../../cli/command-error.ts';
import { handshakeHeaders, SocketSink } from '../../cli/sink/socket-sink.ts';
import { type ApiServer, serveLocally } from '../../functions/api/api-server.ts';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { EventSockets } from '../../local/socket/event-sockets.ts';
import { readStream } from '../../local/stream-reader.ts';
import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import type { InputStream, StreamedEvent } from '../../shared/ports/input-stream.ts';
import { mullion } from '../fixtures/mullion-process.ts';
import alerts from '../local/examples/alerts.ts';
import { unexpected } from '../local/unexpected.ts';

vi.setConfig({ testTimeout: 40_000, hookTimeout: 40_000 });

/** Takes what it is given, but for the first events as often as it is told. */
class ThrottledStream implements InputStream {
  readonly eventBytesMax = 2 ** 20;
  readonly eventsMax = 500;
  readonly taken: StreamedEvent[] = [];
  throttled = 0;

  async put(events: readonly StreamedEvent[]) {
    return events.map((event) => {
      if (this.throttled-- > 0) return { kind: 'throttled', message: 'too much' } as const;
      this.taken.push(event);
      return { kind: 'taken', shardId: 'shard', sequenceNumber: '1' } as const;
    });
  }
}

const events = (from: number, count: number, text = ''): StreamEvent[] =>
  Array.from({ length: count }, (_each, index) => ({ partitionKey: `key-${index % 7}`, data: JSON.stringify({ n: from + index, text }) }));
const numbersOf = (texts: readonly string[]) => texts.map((text) => (JSON.parse(text) as { n: number }).n).toSorted((a, b) => a - b);
const upTo = (count: number) => Array.from({ length: count }, (_each, index) => index);
const untilStopped = () => new AbortController().signal;

describe('events over a WebSocket', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mullion-socket-'));
  let stream: ThrottledStream;
  let server: ApiServer;
  let url: string;

  beforeAll(async () => {
    stream = new ThrottledStream();
    const sockets = { '/ws/ingest': new EventSockets({ pipeline: alerts, stream, onError: unexpected }) };
    server = await serveLocally({ fetch: () => new Response() }, { sockets });
    url = `${server.address.replace('http', 'ws')}/ws/ingest`;
  });
  afterEach(() => void stream.taken.splice(0));
  afterAll(async () => {
    await server.stop();
    rmSync(folder, { recursive: true });
  });

  test('arrive as they are, under their keys, one larger than a frame too', async () => {
    const sink = await SocketSink.open({ url, signal: untilStopped() });
    const sent = [...events(0, 1_200), { partitionKey: 'large', data: JSON.stringify({ n: 1_200, text: 'ü'.repeat(50_000) }) }];
    expect(await sink.send(sent)).toEqual({ taken: 1_201, again: 0 });
    await sink.close();
    const byText = (a: StreamEvent, b: StreamEvent) => (String(a.data) < String(b.data) ? -1 : 1);
    expect(stream.taken.toSorted(byText)).toEqual(sent.toSorted(byText));
  });

  test('go again, after the time that is told and those alone, when the stream is too busy', async () => {
    const sink = await SocketSink.open({ url, signal: untilStopped() });
    stream.throttled = 60;
    expect(await sink.send(events(0, 500))).toEqual({ taken: 500, again: 60 });
    await sink.close();
    expect(numbersOf(stream.taken.map(({ data }) => data))).toEqual(upTo(500));
  });

  test.each([
    [[{ partitionKey: 'a', data: 'no' }], 'an event is no JSON (no), and a WebSocket takes no other; put it onto the stream: --stream'],
    [events(0, 1, 'x'.repeat(2 ** 17)), 'bytes; a WebSocket takes 130972. Put it onto the stream: --stream'],
  ])('are refused where they cannot go that way: %#', async (sent, message) => {
    const sink = await SocketSink.open({ url, signal: untilStopped() });
    await expect(sink.send(sent)).rejects.toThrow(CommandError);
    await expect(sink.send(sent)).rejects.toThrow(message);
  });

  test.each([
    ['http://127.0.0.1:1', '--to http://127.0.0.1:1: needed: the address of a WebSocket, such as ws://127.0.0.1:4280/ws/ingest'],
    ['ws://127.0.0.1:1/ws/ingest', 'WebSocket ws://127.0.0.1:1/ws/ingest: no connection: connect ECONNREFUSED'],
  ])('go nowhere where there is nobody: %s', async (nowhere, message) => {
    await expect(SocketSink.open({ url: nowhere, signal: untilStopped() })).rejects.toThrow(message);
  });

  test('are signed for AWS, and for this machine not', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKID').stubEnv('AWS_SECRET_ACCESS_KEY', 'secret').stubEnv('AWS_REGION', 'us-east-1');
    try {
      const headers = await handshakeHeaders(new URL('wss://abc.execute-api.eu-west-1.amazonaws.com/ingest'));
      expect(headers['authorization']).toMatch(/^AWS4-HMAC-SHA256 Credential=AKID\/\d{8}\/eu-west-1\/execute-api\/aws4_request/);
      expect(await handshakeHeaders(new URL(url))).toEqual({});
    } finally {
      vi.unstubAllEnvs();
    }
  });

  test('come from the generator, and from a file', async () => {
    const path = join(folder, 'events.jsonl');
    writeFileSync(
      path,
      upTo(700)
        .map((n) => JSON.stringify({ n, key: `key-${n % 7}` }))
        .join('\n'),
    );
    const generated = await mullion(['generate', '--count', '700', '--speed', 'max', '--to', url, '--json']);
    expect([generated.code, JSON.parse(generated.stdout)]).toEqual([0, expect.objectContaining({ events: 700, sentAgain: 0 })]);
    expect(stream.taken.splice(0)).toHaveLength(700);
    const replayed = await mullion(['replay', path, '--speed', 'max', '--key', 'key', '--to', url]);
    expect([replayed.code, replayed.stderr[0]]).toEqual([0, expect.stringContaining(`700 events to WebSocket ${url} in`)]);
    expect(numbersOf(stream.taken.map(({ data }) => data))).toEqual(upTo(700));
    expect(new Set(stream.taken.map(({ partitionKey }) => partitionKey)).size).toBe(7);
    const { stderr } = await mullion(['replay', path, '--speed', 'max']);
    expect(stderr).toEqual(['mullion: say where the events go: --stream <name>, or --to <url> of a WebSocket']);
  });
});

describe('a WebSocket that does not know its messages', () => {
  test('is told of as what it is', async () => {
    const other = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    other.on('connection', (socket) =>
      socket.on('message', (data) => {
        const { id } = JSON.parse((data as Buffer).toString()) as { id: string };
        socket.send(JSON.stringify({ type: 'error', code: 'unreadable', id, message: 'what?' }));
      }),
    );
    await once(other, 'listening');
    const sink = await SocketSink.open({ url: `ws://127.0.0.1:${(other.address() as { port: number }).port}`, signal: untilStopped() });
    await expect(sink.send(events(0, 1))).rejects.toThrow('it does not understand what it is sent: what?');
    other.close();
  });
});

describe('a server that is killed', () => {
  let aws: LocalAws;
  let running: ChildProcess | undefined;

  beforeAll(async () => {
    aws = await startLocalAws();
    await createStream(aws.kinesis, { streamName: 'in', shardCount: 2 });
  });
  afterAll(async () => {
    running?.kill('SIGKILL');
    await aws.stop();
  });

  async function serving(port: string): Promise<string> {
    const program = fileURLToPath(new URL('../local/fixtures/socket-server.ts', import.meta.url));
    const env = { ...process.env, ...COMPILE_CACHE, ...aws.environment };
    running = spawn(process.execPath, ['--conditions=mullion-source', program, port], { stdio: ['ignore', 'pipe', 'inherit'], env });
    const [address] = (await once(running.stdout as NodeJS.ReadableStream, 'data')) as [Buffer];
    return address.toString().trim();
  }

  async function onStream(): Promise<number[]> {
    const texts: string[] = [];
    for await (const { data } of readStream({ kinesis: aws.kinesis, streamName: 'in', endAtTip: true }))
      texts.push(Buffer.from(data).toString());
    return numbersOf(texts);
  }

  test('has acknowledged what is on the stream; all else goes again to the next one, and nothing is missing', async () => {
    const address = await serving('0');
    const sink = await SocketSink.open({ url: `${address.replace('http', 'ws')}/ws/ingest`, signal: untilStopped() });
    let acknowledged = 0;
    const sending = (async () => {
      for (let batch = 0; batch < 40; batch++) acknowledged += (await sink.send(events(batch * 100, 100))).taken;
    })();
    await vi.waitFor(() => expect(acknowledged).toBeGreaterThan(500), { interval: 1, timeout: 10_000 });
    running?.kill('SIGKILL');
    const acknowledgedThen = acknowledged;
    await once(running as ChildProcess, 'close');
    const there = new Set(await onStream());
    expect(upTo(acknowledgedThen).filter((n) => !there.has(n))).toEqual([]);
    expect(acknowledgedThen).toBeLessThan(4_000);
    await serving(new URL(address).port);
    await sending;
    await sink.close();
    expect(acknowledged).toBe(4_000);
    expect([...new Set(await onStream())]).toEqual(upTo(4_000));
  });
});
