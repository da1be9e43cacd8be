import { describe, test, vi } from 'vitest';
import type { MonthlyCost } from '../../shared/cost/monthly-cost.ts';
import { mullion } from '../fixtures/mullion-process.ts';

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 60_000 });

const TYPICAL = ['--rate', '1000', '--keys', '10000', '--event-bytes', '200', '--window', '1m'];
const cost = async (...args: string[]) => mullion(['cost', ...args]);

describe.concurrent('mullion cost', () => {
  test('prints a bill whose dollars stand below each other', async ({ expect: expects }) => {
    const { code, stdout, stderr } = await cost(...TYPICAL);
    expects({ code, stderr }).toEqual({ code: 0, stderr: [] });
    const lines = stdout.split('\n');
    expects(lines[0]).toBe('1,000 events a second of 200 B, 10,000 keys, windows of 1 m');
    const bill = lines.slice(0, lines.indexOf('assumed:')).filter((line) => /\d\.\d\d( {2}[\d.]+ ×)?$/.test(line));
    expects(bill.length).toBeGreaterThan(20);
    expects(new Set(bill.map((line) => line.replace(/ {2}[\d.,]+ ×$/, '').length)).size).toBe(1);
    for (const what of ['streams', 'state + compute', 'everything']) expects(lines.some((line) => line.trim().startsWith(what))).toBe(true);
    expects(lines.some((line) => line.startsWith('  Managed Flink'))).toBe(true);
    expects(lines.every((line) => line.length <= 100)).toBe(true);
  });

  test('tells a machine the same as JSON, with all that was counted', async ({ expect: expects }) => {
    const { stdout } = await cost(...TYPICAL, '--json');
    const { usage, workload, alternatives, dollars } = JSON.parse(stdout) as MonthlyCost;
    expects(workload).toMatchObject({ rate: 1_000, shards: 1, batchWindowMs: 10_000, largePayloads: 's3' });
    expects(usage.batching.events).toBeCloseTo(7_806, -1);
    expects(alternatives.map(({ name }) => name)).toEqual(['Managed Flink', 'a write a key and batch']);
    expects(dollars).toBeGreaterThan(0);
  });

  test('says what nothing costs', async ({ expect: expects }) => {
    const { code, stdout } = await cost('--rate', '0', '--keys', '1', '--window', '1m');
    expects(code).toBe(0);
    expects(stdout).toMatch(/^no events, 1 key, windows of 1 m\n/);
    expects(stdout).toContain('assumed: nothing is written while nothing comes');
  });

  test.for<[what: string, args: string[], line: string]>([
    [
      'there are too few shards',
      ['-r', '5000', '-k', '10', '-w', '1m', '--shards', '2'],
      'mullion: --shards: 2 is not allowed here; allowed: at least 5 for this rate: one shard takes 1,000 records or 1 MB a second; or pack several events into a record; mullion cost --help shows what there is',
    ],
    [
      'a message would be too large',
      ['-r', '1', '-k', '10', '-w', '1m', '-e', '1000', '--events-per-message', '200'],
      'mullion: --events-per-message: 200 is not allowed here; allowed: a whole number from 0 to 129; mullion cost --help shows what there is',
    ],
    [
      'an option has two words',
      ['-r', '1', '-k', '10', '-w', '1m', '--batch-window', '10m'],
      "mullion: --batch-window: '10m' is not allowed here; allowed: at most 300 s; mullion cost --help shows what there is",
    ],
    [
      'no prices are known',
      ['-r', '1', '-k', '10', '-w', '1m', '--region', 'eu-west-1'],
      "mullion: --region: 'eu-west-1' is not allowed here; allowed: us-east-1; prices differ by region, and no others are known here; mullion cost --help shows what there is",
    ],
    [
      'a number is none',
      ['-r', 'many', '-k', '10', '-w', '1m'],
      "mullion: option '-r, --rate <events>' argument 'many' is invalid. It must be a number.",
    ],
  ])('ends with a line that helps when %s', async ([, args, line], { expect: expects }) => {
    const { code, stdout, stderr } = await cost(...args);
    expects({ code, stdout, first: stderr[0] }).toEqual({ code: 2, stdout: '', first: line });
  });
});
