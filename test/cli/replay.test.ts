import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { readStream } from '../../local/stream-reader.ts';
import { ended, mullion, startMullion } from '../fixtures/mullion-process.ts';
import { FaultProxy } from '../local/chaos/fault-proxy.ts';
import { Random } from '../simulation/random.ts';

const EVENTS = 3_000;
const KEYS = 7;
const BATCH = 500;
const folder = mkdtempSync(join(tmpdir(), 'mullion-replay-'));
let aws: LocalAws;
let endpoint: string;

beforeAll(async () => {
  aws = await startLocalAws();
  endpoint = aws.environment['AWS_ENDPOINT_URL_KINESIS'] ?? '';
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 40_000 });

/** One in ten milliseconds: at speed 1 they take half a minute, and no test waits for that. */
const LINES = Array.from({ length: EVENTS }, (_each, n) => JSON.stringify({ n, at: 1_767_225_600_000 + 10 * n, key: `key-${n % KEYS}` }));

async function given(
  name: string,
  content: string | Uint8Array,
): Promise<{ path: string; stream: string; args: string[]; position: string }> {
  const [path, stream] = [join(folder, name), name.replaceAll('.', '-')];
  writeFileSync(path, content);
  await createStream(aws.kinesis, { streamName: stream, shardCount: 2 });
  return { path, stream, position: `${path}.${stream}.position`, args: ['replay', path, '--stream', stream, '--endpoint', endpoint] };
}

/** What is on a stream, by partition key in the order of the stream. */
async function onStream(streamName: string): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const { partitionKey, data } of readStream({ kinesis: aws.kinesis, streamName, endAtTip: true })) {
    found.set(partitionKey, [...(found.get(partitionKey) ?? []), Buffer.from(data).toString()]);
  }
  return found;
}

const numbers = (found: Map<string, string[]>) => [...found.values()].flat().map((line) => (JSON.parse(line) as { n: number }).n);
const sorted = (values: readonly number[]) => values.toSorted((a, b) => a - b);
const acknowledged = (path: string) => {
  const { acknowledged: events } = JSON.parse(readFileSync(path, 'utf8')) as { acknowledged: number };
  return events;
};
const upTo = (count: number) => Array.from({ length: count }, (_each, index) => index);

describe.concurrent('mullion replay', () => {
  test('puts a gzipped CSV file onto a stream, by the key that is named, and keeps no position of what is done', async ({ expect }) => {
    const rows = upTo(1_200).map((n) => `${n},2026-01-01T00:00:00Z,key-${n % KEYS}`);
    const { args, stream, position } = await given('rows.csv.gz', gzipSync(`n,at,key\n${rows.join('\n')}\n`));
    const { code, stdout, stderr } = await mullion([...args, '--time', 'at', '--key', 'key', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
    expect(JSON.parse(stdout)).toMatchObject({
      events: 1_200,
      acknowledged: 1_200,
      withoutTime: 0,
      withoutKey: 0,
      sentAgain: 0,
      complete: true,
    });
    const found = await onStream(stream);
    expect([...found.keys()].toSorted((a, b) => a.localeCompare(b))).toEqual(upTo(KEYS).map((key) => `key-${key}`));
    for (const lines of found.values()) expect(numbers(new Map([['', lines]]))).toEqual(sorted(numbers(new Map([['', lines]]))));
    expect(sorted(numbers(found))).toEqual(upTo(1_200));
    expect(existsSync(position)).toBe(false);
  });

  test('knows time and key from a pipeline, and sends what is no event as it is', async ({ expect }) => {
    const flight = { date: '2001/01/10 18:20', delay: 5, distance: 1, origin: 'ATL', destination: 'DFW' };
    const lines = [JSON.stringify(flight), '{"date":', JSON.stringify({ ...flight, date: '2001/01/10 18:21', origin: 'JFK' })];
    const { args, stream } = await given('flights.jsonl', lines.join('\n'));
    const { code, stderr } = await mullion([...args, '--pipeline', 'examples/flights.ts', '--speed', '100000']);
    expect(code).toBe(0);
    expect(stderr.slice(1)).toEqual([
      '  1 without a time that can be read, which went at once',
      '  1 without a key that can be read, which were spread over the shards',
    ]);
    expect(await onStream(stream)).toEqual(
      new Map([
        ['ATL', [lines[0]]],
        ['0', [lines[1]]],
        ['JFK', [lines[2]]],
      ]),
    );
  });

  test('that is killed goes on behind what was acknowledged: nothing is missing, and at most one batch comes twice', async ({ expect }) => {
    const { args, stream, position } = await given('killed.jsonl', LINES.join('\n'));
    const keyed = [...args, '--time', 'at', '--key', 'key'];
    const running = startMullion([...keyed, '--speed', '1']);
    const end = ended(running);
    await vi.waitUntil(() => existsSync(position) && acknowledged(position) > 0, { timeout: 30_000 });
    running.kill('SIGKILL');
    await end;
    const before = acknowledged(position);
    expect(before).toBeLessThan(EVENTS);

    const { code, stderr } = await mullion([...keyed, '--speed', 'max']);
    expect({ code, said: stderr[0] }).toEqual({
      code: 0,
      said: expect.stringContaining(`going on behind ${before.toLocaleString('en-US')} events`),
    });
    expect(stderr[0]).toContain('some may have arrived before, and come a second time');
    const all = numbers(await onStream(stream));
    expect(sorted([...new Set(all)])).toEqual(upTo(EVENTS));
    const twice = all.filter((n, index) => all.indexOf(n) !== index);
    expect(twice.length).toBeLessThanOrEqual(BATCH);
    expect(twice.filter((n) => n < before)).toEqual([]);
  });

  test('that is stopped by Ctrl-C says where, and goes on there without a repeat', async ({ expect }) => {
    const { args, stream, position } = await given('stopped.jsonl', LINES.join('\n'));
    const running = startMullion([...args, '--time', 'at', '--speed', '1']);
    const end = ended(running);
    await vi.waitUntil(() => existsSync(position) && acknowledged(position) > 0, { timeout: 30_000 });
    running.kill('SIGINT');
    const { code, stderr } = await end;
    expect({ code, said: stderr.at(-1) }).toEqual({
      code: 130,
      said: expect.stringMatching(/^stopped behind [\d,]+ events, as .* says; the same command/),
    });

    const resumed = await mullion([...args, '--speed', 'max']);
    expect(resumed.code).toBe(0);
    expect(sorted(numbers(await onStream(stream)))).toEqual(upTo(EVENTS));
  });

  test('sends again what a stream refuses of a batch, and nothing that follows before', async ({ expect }) => {
    const { args, stream } = await given('refused.jsonl', LINES.join('\n'));
    const rates = { delayed: 0, reset: 0, unavailable: 0, throttled: 0.1, partlyRefused: 0.7 };
    const proxy = await FaultProxy.start({ target: endpoint, random: new Random(4), rates, haste: 1 });
    try {
      const { code, stdout } = await mullion([...args.slice(0, -1), proxy.endpoint, '--key', 'key', '--speed', 'max', '--json']);
      const { sentAgain } = JSON.parse(stdout) as { sentAgain: number };
      expect({ code, isRefused: proxy.tally.partlyRefused > 0, isSentAgain: sentAgain > 0 }).toEqual({
        code: 0,
        isRefused: true,
        isSentAgain: true,
      });
    } finally {
      await proxy.stop();
    }
    const found = await onStream(stream);
    expect(sorted(numbers(found))).toEqual(upTo(EVENTS));
    for (const lines of found.values()) {
      const batches = numbers(new Map([['', lines]])).map((n) => Math.floor(n / BATCH));
      expect(batches).toEqual(sorted(batches));
    }
  });

  test('takes no position of another input', async ({ expect }) => {
    const { args, position } = await given('changed.jsonl', LINES.join('\n'));
    const stored = {
      version: 1,
      input: '/elsewhere.jsonl',
      bytes: 1,
      modifiedAtMs: 1,
      stream: 'other',
      acknowledged: 5,
      endedInOrder: true,
    };
    writeFileSync(position, JSON.stringify(stored));
    const { code, stderr } = await mullion([...args, '--speed', 'max']);
    expect(code).toBe(1);
    expect(stderr[0]).toMatch(
      /position: it is of another replay \(input \/elsewhere\.jsonl, now .*\); give --restart to begin anew, or --position/,
    );
  });

  test.for<[string[], RegExp, code: number]>([
    [
      ['--speed', '10'],
      /^mullion: --speed 10 needs to know when events happened: name the field with --time, or give the --pipeline, or --speed max$/,
      2,
    ],
    [['--speed', 'max', '--stream', 'missing'], /^mullion: stream 'missing' at .*: it cannot be written: ResourceNotFoundException: /, 1],
  ])('refuses %j', async ([args, line, failed], { expect }) => {
    const path = join(folder, `refused-${args.length}.jsonl`);
    writeFileSync(path, LINES.join('\n'));
    const { code, stdout, stderr } = await mullion(['replay', path, '--stream', 'any', '--endpoint', endpoint, ...args]);
    expect({ code, stdout }).toEqual({ code: failed, stdout: '' });
    expect(stderr[0]).toMatch(line);
  });
});
