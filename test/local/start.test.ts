import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';
import { ended, mullion } from '../fixtures/mullion-process.ts';
import { CHROMIUM, startChromium } from '../web/chromium.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WAIT = { timeout: 60_000, interval: 100 };
const EVENTS_AWAITED = 3_000;

vi.setConfig({ testTimeout: 120_000 });

/** `npm start -- …`, as a person types it. */
function start(...args: readonly string[]): ChildProcess {
  return startIn({}, ...args);
}

function startIn(environment: NodeJS.ProcessEnv, ...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, ['--conditions=mullion-source', join(ROOT, 'local', 'start.ts'), ...args], {
    cwd: ROOT,
    stdio: 'pipe',
    env: { ...process.env, ...COMPILE_CACHE, ...environment },
  });
}

/** What it says first that matches. */
function said(running: ChildProcess, pattern: RegExp): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    running.stderr?.on('data', (part: string) => {
      text += part;
      const [, found] = pattern.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    running.on('close', () => reject(new Error(`it ended before it said ${pattern}: ${text}`)));
  });
}

const numberIn = (text: string, pattern: RegExp) => Number(pattern.exec(text)?.[1]?.replaceAll(',', ''));

describe('npm start with a pipeline and the generator', () => {
  let running: ChildProcess | undefined;
  let browser: Browser | undefined;

  afterAll(async () => {
    running?.kill('SIGKILL');
    await browser?.close();
  });

  test('shows generated events live, and accounts at the end for exactly those that the generator made', async () => {
    running = start('--pipeline', 'examples/telemetry.ts', '--generate', '1000');
    const end = ended(running);
    const address = await said(running, /(http:\S+)\/dashboard/);
    const stats = async () =>
      (await (await fetch(`${address}/pipelines/telemetry/stats`)).json()) as {
        counts?: { read: number };
        conservationDifference?: number;
      };
    await vi.waitFor(async () => expect((await stats()).counts?.read ?? 0).toBeGreaterThan(EVENTS_AWAITED), WAIT);
    expect((await stats()).conservationDifference).toBe(0);
    if (CHROMIUM !== undefined) {
      browser = await startChromium();
      const page = await browser.newPage();
      await page.goto(`${address}/dashboard`);
      await vi.waitFor(async () => expect(await page.locator('#figures').textContent()).toContain('Unaccounted for0'), WAIT);
    }

    running.kill('SIGINT');
    const { code, stderr } = await end;
    const summary = stderr.join('\n');
    const made = numberIn(summary, /([\d,]+) events to stream/);
    const duplicates = numberIn(summary, / ([\d,]+) duplicates/);
    const late = numberIn(summary, / ([\d,]+) late, /);
    expect(made).toBeGreaterThan(EVENTS_AWAITED);
    const accounts = /read ([\d,]+) = folded ([\d,]+) \+ filtered 0 \+ late ([\d,]+) \+ invalid 0 \+ duplicate ([\d,]+)/.exec(summary);
    const [read = NaN, folded = NaN, tooLate = NaN, dropped = NaN] = (accounts ?? [])
      .slice(1)
      .map((text) => Number(text.replaceAll(',', '')));
    expect({ read, dropped, sum: folded + tooLate + dropped }).toEqual({ read: made, dropped: duplicates, sum: made });
    // Of those that are made late some are still in time for a session.
    expect(tooLate).toBeLessThanOrEqual(late);
    expect(code).toBe(0);
  });
});

describe('npm start', () => {
  test.each([
    [['--pipeline', 'nowhere.ts'], /^npm start: nowhere\.ts: there is no such file/],
    [['--pipeline', 'package.json'], /^npm start: package\.json:\d+:\d+/],
    [['--generate', '10'], /--generate needs a --pipeline/],
    [['--profile', 'production'], /--profile is for a --pipeline/],
    [['--pipeline', 'examples/telemetry.ts', '--rate', '10'], /'--rate <events>' cannot be used with option '-p, --pipeline <file>'/],
    [['--pipeline', 'examples/telemetry.ts', '--generate', '0'], /'--generate <events>'.*above 0/],
    [['--pipeline', 'examples/telemetry.ts', '--kinds', 'sensors'], /--kinds needs --generate/],
    [['--for', '5'], /'5' is not allowed here; allowed: .*: with a unit/],
  ])('says what is wrong with %j', async (args, complaint) => {
    const { code, stdout, stderr } = await ended(start(...args));
    expect([code, stdout, stderr[0]]).toEqual([1, '', expect.stringMatching(complaint)]);
  });

  test('ends quietly when its reader has seen enough', async () => {
    const running = start('--json');
    running.stdout?.once('data', () => running.stdout?.destroy());
    const { code, stderr } = await ended(running);
    expect(code).toBe(141);
    expect(stderr.join('\n')).not.toContain('EPIPE');
  });

  test('says in a line what it lacks in an account', async () => {
    const names = ['--input-stream', 'in', '--output-stream', 'out', '--side-stream', 'side', '--table', 'state'];
    // Nobody is asked for a region, and none is found.
    const nothing = {
      AWS_REGION: undefined,
      AWS_DEFAULT_REGION: undefined,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_EC2_METADATA_DISABLED: 'true',
    };
    const { code, stderr } = await ended(startIn(nothing, '--aws', ...names));
    expect([code, stderr]).toEqual([
      1,
      [expect.stringMatching(/^npm start: --aws: .*; check AWS_REGION and credentials, and that the streams/)],
    ]);
  });

  test('says in a line that its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    try {
      const { code, stderr } = await ended(start('--port', String(port)));
      expect([code, stderr]).toEqual([
        1,
        [`npm start: --port ${port}: listen EADDRINUSE: address already in use 127.0.0.1:${port}; leave it out for one that is free`],
      ]);
    } finally {
      server.close();
    }
  });

  test('says what to type into another terminal, which then sees the pipeline', async () => {
    const running = start('--pipeline', 'cli/init/template/pipeline.ts', '--generate', '200', '--kinds', 'sensors');
    try {
      const command = await said(running, /npx mullion (status \S+ --table \S+ --endpoint \S+)\n/);
      // There is something to say once the first batch is in.
      await vi.waitFor(async () => {
        const { code, stdout, stderr } = await mullion(command.split(' '));
        expect([code, stderr]).toEqual([0, []]);
        // Users and hosts, of whom nobody has asked, would be invalid.
        expect(stdout).toMatch(/read [\d,]*[1-9][\d,]* = .* invalid 0/);
      }, WAIT);
    } finally {
      running.kill('SIGKILL');
    }
  });
});
