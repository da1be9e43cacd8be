import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { readStream } from '../../local/stream-reader.ts';
import { type Page, pages, samples } from '../docs/pages.ts';
import { ended, mullion, startMullion } from '../fixtures/mullion-process.ts';

const folder = mkdtempSync(join(tmpdir(), 'mullion-generate-'));
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
});
afterAll(async () => {
  await aws.stop();
  rmSync(folder, { recursive: true });
});

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 30_000 });

const linesOf = (text: string) => text.split('\n').filter((line) => line !== '');
const count = (lines: readonly string[]) => new Set(lines).size;

describe.concurrent('mullion generate', () => {
  const mixed = ['--count', '3000', '--speed', 'max', '--seed', '5', '--late', '5%', '--anomalies', '1%', '--duplicates', '0.02'];

  test('writes the same bytes for the same seed, to standard output and into a gzipped file', async ({ expect: expects }) => {
    const path = join(folder, 'events.jsonl.gz');
    const [printed, stored] = await Promise.all([
      mullion(['generate', ...mixed]),
      mullion(['generate', ...mixed, '--output', path, '--json']),
    ]);
    expects([printed.code, stored.code, linesOf(printed.stdout).length]).toEqual([0, 0, 3_000]);
    expects(gunzipSync(readFileSync(path)).toString()).toBe(printed.stdout);
    // What the summary says of it is so.
    const lines = linesOf(printed.stdout);
    const summary = JSON.parse(stored.stdout) as Record<string, number>;
    expects(summary).toMatchObject({
      events: 3_000,
      duplicates: 3_000 - count(lines),
      sentAgain: 0,
      seed: 5,
      start: '2026-01-01T00:00:00.000Z',
    });
    const anomalous = lines.filter((line) => (JSON.parse(line) as { anomaly?: string }).anomaly !== undefined);
    expects(summary['anomalies']).toBe(anomalous.length);
    expects(printed.stderr[0]).toMatch(/^3,000 events to standard output in [\d.]+ s, [\d,]+ events\/s$/);
    expects(printed.stderr[1]).toMatch(/^ {2}of them \d+ out of order, \d+ late, \d+ duplicates, \d+ anomalies$/);
  });

  test('prints what the documentation shows', async ({ expect: expects }) => {
    const page = pages().find(({ path }) => path === 'docs/GENERATE.md') as Page;
    const [, command = ''] = /`mullion (generate --count [^`]*)`/.exec(page.text) ?? [];
    const { stdout } = await mullion(command.split(' '));
    expects(stdout).toBe(samples(page, 'json')[0]);
  });

  test('puts them on a stream, of each key in their order', async ({ expect: expects }) => {
    await createStream(aws.kinesis, { streamName: 'generated', shardCount: 2 });
    const { AWS_ENDPOINT_URL_KINESIS: endpoint = '' } = aws.environment;
    const start = ['--start', '2026-01-01T00:00:00Z'];
    const [put, printed] = await Promise.all([
      mullion(['generate', ...mixed, ...start, '--stream', 'generated', '--endpoint', endpoint]),
      mullion(['generate', ...mixed]),
    ]);
    expects({ code: put.code, stdout: put.stdout }).toEqual({ code: 0, stdout: '' });
    const found = new Map<string, string[]>();
    for await (const { partitionKey, data } of readStream({ kinesis: aws.kinesis, streamName: 'generated', endAtTip: true })) {
      found.set(partitionKey, [...(found.get(partitionKey) ?? []), Buffer.from(data).toString()]);
    }
    const expected = Map.groupBy(linesOf(printed.stdout), (line) => {
      const { sensor, user, host } = JSON.parse(line) as Record<string, string>;
      return sensor ?? user ?? host ?? '';
    });
    expects(found).toEqual(expected);
  });

  test('goes on until Ctrl-C, and says what it has made', async ({ expect: expects }) => {
    const running = startMullion(['generate', '--rate', '2000']);
    running.stdout?.once('data', () => running.kill('SIGINT'));
    const { code, stdout, stderr } = await ended(running);
    expects(code).toBe(130);
    expects(stderr[0]).toContain(`${new Intl.NumberFormat('en-US').format(linesOf(stdout).length)} events to standard output`);
  });

  test.for<[string[], RegExp, code?: number]>([
    [['--speed', 'max'], /^mullion: --speed max has no end by itself: say how much with --for or --count$/],
    [['--late', '2'], /argument '2' is invalid\. It must be a share: from 0 to 1, or from 0% to 100%\.$/],
    [['--start', '2026-02-30'], /^mullion: --start 2026-02-30: needed: an ISO 8601 time such as /],
    [['--for', '5'], /'5' is not allowed here; allowed: '500ms', .*: with a unit/],
    [['--rate', '-1'], /^mullion: --rate: -1 is not allowed here; allowed: a number above 0$/],
    [
      ['--stream', 'events', '--endpoint', 'http://127.0.0.1:9'],
      /^mullion: stream 'events' at http:\/\/127\.0\.0\.1:9: it cannot be written: .*ECONNREFUSED.*; check its name, AWS_REGION and credentials/,
      1,
    ],
  ])('refuses %j', async ([args, line, failed = 2], { expect: expects }) => {
    const { code, stdout, stderr } = await mullion(['generate', ...args]);
    expects({ code, stdout }).toEqual({ code: failed, stdout: '' });
    expects(stderr[0]).toMatch(line);
  });
});
