import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { type EventSource, sendEvents, type SentEvents, type SourceEvent } from '../../shared/adapters/sources/send-events.ts';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { readStream } from '../../local/stream-reader.ts';
import { type Page, pages, samples } from '../docs/pages.ts';
import { mullion } from '../fixtures/mullion-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mullion-source-'));
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});
vi.setConfig({ testTimeout: 60_000 });

let streams = 0;

async function newStream(): Promise<string> {
  const streamName = `source-${++streams}`;
  await createStream(aws.kinesis, { streamName, shardCount: 2 });
  return streamName;
}

async function onStream(streamName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { partitionKey, data } of readStream({ kinesis: aws.kinesis, streamName, endAtTip: true }))
    found.push(`${partitionKey} ${Buffer.from(data).toString()}`);
  return found.sort();
}

/** Counts from behind a position; its length is asked for only as it is read. */
function counting(to: number, onRead: (n: number) => void = () => {}): EventSource {
  return {
    async *read(after): AsyncGenerator<SourceEvent> {
      for (let n = Number(after ?? 0) + 1; n <= to; n++) {
        onRead(n);
        yield { data: { n }, partitionKey: 'k', position: String(n) };
      }
    },
  };
}

describe('the events of a source', () => {
  test('are put on the stream: values as JSON, text and bytes as they are, under their keys', async () => {
    const streamName = await newStream();
    const source: EventSource = {
      async *read() {
        yield* [
          { data: { n: 1 }, partitionKey: 'a' },
          { data: 'text', partitionKey: 'b' },
          { data: Buffer.from('bytes'), partitionKey: 'c' },
          { data: [2] },
        ];
      },
    };
    expect(await sendEvents(source, { client: aws.kinesis, streamName })).toEqual({ sent: 4, position: undefined });
    expect(await onStream(streamName)).toEqual(['3 [2]', 'a {"n":1}', 'b text', 'c bytes']);
  });

  test('are told of when the stream has them, and gone on with from there after a failure, so that each is there', async () => {
    const streamName = await newStream();
    const told: SentEvents[] = [];
    const onSent = (sent: SentEvents) => void told.push(sent);
    const failing = counting(1_200, (n) => {
      if (n === 1_100) throw new Error('connection lost');
    });
    await expect(sendEvents(failing, { client: aws.kinesis, streamName, onSent })).rejects.toThrow('connection lost');
    const position = told.at(-1)?.position;
    expect(Number(position)).toBe(told.at(-1)?.sent);
    const rest = await sendEvents(counting(1_200), { client: aws.kinesis, streamName, after: position });
    expect(rest).toEqual({ sent: 1_200 - Number(position), position: '1200' });
    expect(await onStream(streamName)).toEqual(Array.from({ length: 1_200 }, (_, n) => `k {"n":${n + 1}}`).sort());
  });

  test('are not read farther than the stream takes them', async () => {
    const streamName = await newStream();
    let read = 0;
    const onSent = ({ sent }: SentEvents) => {
      // The event that fills a batch begins the next one.
      expect(read).toBeLessThanOrEqual(sent + 1);
      if (sent > 1_000) throw new Error('enough');
    };
    await expect(
      sendEvents(
        counting(1e9, (n) => (read = n)),
        { client: aws.kinesis, streamName, onSent },
      ),
    ).rejects.toThrow('enough');
  });

  test('end when they are told to', async () => {
    const streamName = await newStream();
    const ending = new AbortController();
    const endless: EventSource = {
      async *read(_after, signal) {
        yield { data: 1, position: 'one' };
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    };
    const options = { client: aws.kinesis, streamName, signal: ending.signal, onSent: () => ending.abort() };
    expect(await sendEvents(endless, options)).toEqual({ sent: 1, position: 'one' });
  });

  test('of a stream that is not there are an error', async () => {
    await expect(sendEvents(counting(1), { client: aws.kinesis, streamName: 'nowhere' })).rejects.toThrow(/nowhere/);
  });
});

test('mullion replay takes a module with a source, and goes on where it stopped', async () => {
  const streamName = await newStream();
  const path = join(folder, 'counting.mjs');
  const module = (to: number, end: string) =>
    `export default { async *read(after) { for (let n = Number(after ?? 0) + 1; n <= ${to}; n++) yield { data: n, partitionKey: 'k', position: String(n) }; ${end} } };`;
  const args = ['replay', path, '--stream', streamName, '--endpoint', aws.environment['AWS_ENDPOINT_URL_KINESIS'] ?? ''];
  // Time for what was read to be sent.
  writeFileSync(path, module(3, `await new Promise((resolve) => setTimeout(resolve, 500)); throw new Error('connection lost');`));
  const failed = await mullion(args);
  expect([failed.code, failed.stderr.join(' ')]).toEqual([1, expect.stringContaining('connection lost')]);
  expect(JSON.parse(readFileSync(`${path}.${streamName}.position`, 'utf8'))).toMatchObject({ position: '3' });
  writeFileSync(path, module(5, ''));
  const { code, stdout } = await mullion([...args, '--json']);
  expect([code, JSON.parse(stdout)]).toEqual([0, { events: 2, position: '5', complete: true }]);
  expect(existsSync(`${path}.${streamName}.position`)).toBe(false);
  expect(await onStream(streamName)).toEqual(['k 1', 'k 2', 'k 3', 'k 4', 'k 5']);
});

describe('docs/SOURCES.md', () => {
  test('has a source that polls a feed, and gives every entry once and in order, page by page', async () => {
    const page = pages().find(({ path }) => path === 'docs/SOURCES.md') as Page;
    const sample = samples(page, 'ts').find((code) => code.includes('export default')) ?? '';
    const body = stripTypeScriptTypes(sample.replaceAll(/^import .*$/gm, '').replace('export default', 'const made =')).concat(
      'return made;',
    );
    const asked: string[] = [];
    const ending = new AbortController();
    const feed = async (url: URL) => {
      asked.push(url.searchParams.get('after') ?? '');
      const after = Number(url.searchParams.get('after') ?? 0);
      const entries = [1, 2, 3].filter((id) => id > after).slice(0, 2);
      if (entries.length === 0) ending.abort();
      return Response.json({ entries: entries.map((id) => ({ id: String(id), station: 's' })) });
    };
    const make = compileFunction(body, ['fetch', 'sleep', 'URL']) as (...given: unknown[]) => EventSource;
    const source = make(feed, async () => {}, URL);
    const found: unknown[] = [];
    for await (const event of source.read(undefined, ending.signal)) found.push(event);
    expect(found).toEqual(['1', '2', '3'].map((id) => ({ data: { id, station: 's' }, partitionKey: 's', position: id })));
    expect(asked).toEqual(['', '2', '3']);
  });
});
