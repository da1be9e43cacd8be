import { execFile, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';

const BIN = join(import.meta.dirname, '..', '..', 'bin', 'mullion.js');
// That of util-linux gives a command a terminal; other systems' takes other options.
const HAS_TERMINAL = /util-linux/.test(spawnSync('script', ['--version'], { encoding: 'utf8' }).stdout);
const [CURSOR_HIDDEN, CURSOR_SHOWN, WRAP_ON] = ['\u001B[?25l', '\u001B[?25h', '\u001B[?7h'];

const folder = mkdtempSync(join(tmpdir(), 'mullion-progress-'));
afterAll(() => rmSync(folder, { recursive: true }));

vi.setConfig({ testTimeout: 30_000 });

/** What a terminal gets to see of a line typed into it; `mullion` is the command. */
async function seen(line: string): Promise<string> {
  const command = `mullion() { '${process.execPath}' '${BIN}' "$@"; }; cd '${folder}'; ${line}`;
  const env = { ...process.env, ...COMPILE_CACHE, SHELL: '/bin/bash' };
  return (await promisify(execFile)('script', ['--quiet', '--return', '--command', command, '/dev/null'], { env })).stdout;
}

describe.skipIf(!HAS_TERMINAL || !existsSync('/dev/full'))('the progress bar', () => {
  test('is there while a file is written, and gone at the end', async () => {
    const screen = await seen('mullion generate --count 1000 --speed max > events.jsonl');
    expect(screen).toContain('100 %');
    expect(screen.lastIndexOf(CURSOR_SHOWN)).toBeGreaterThan(screen.lastIndexOf(CURSOR_HIDDEN));
  });

  test.each(['mullion generate --count 1000 --speed max', 'mullion generate --rate 1000 | head -n 3'])(
    'is not between lines that are shown: %s',
    async (line) => {
      const screen = await seen(line);
      expect(screen).toContain('"id":"1-0"');
      expect(screen).not.toContain(CURSOR_HIDDEN);
    },
  );

  test('leaves the terminal as it was, also where the command ends in the middle', async () => {
    const screen = await seen('mullion generate --rate 1000 > /dev/full || true');
    expect(screen).toContain('it cannot be written');
    expect(screen).toContain(CURSOR_HIDDEN);
    expect(screen.lastIndexOf(CURSOR_SHOWN)).toBeGreaterThan(screen.lastIndexOf(CURSOR_HIDDEN));
    expect(screen).toContain(WRAP_ON);
  });
});
