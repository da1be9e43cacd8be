import type { Command } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import { EXIT_CODE } from '../../cli/exit-code.ts';
import { mullionProgram } from '../../cli/program.ts';
import { pages } from '../docs/pages.ts';
import { understood } from '../fixtures/command-line.ts';
import { mullion } from '../fixtures/mullion-process.ts';

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 60_000 });

const program = mullionProgram();
const commands = program.commands.filter((command) => command.name() !== 'complete');
const page = pages().find(({ path }) => path === 'docs/COMMANDS.md')?.text ?? '';

/** What `--help` prints on a terminal so wide. */
function helpOf(command: Command, columns: number): string {
  let help = '';
  command.configureOutput({
    writeOut: (text) => {
      help += text;
    },
    getOutHasColors: () => false,
  });
  vi.spyOn(process, 'stdout', 'get').mockReturnValue({ isTTY: true, columns } as typeof process.stdout);
  command.outputHelp();
  vi.restoreAllMocks();
  return help;
}

describe.each(commands.map((command) => [command.name(), command] as const))('mullion %s --help', (name, command) => {
  test('has examples, each of which the command understands', () => {
    const [, examples = ''] = helpOf(command, 80).split(/^Examples?:\n/m);
    const lines = examples.split('\n').filter((line) => line.includes('mullion'));
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(understood(line), line).toBe(name);
  });

  test.each([80, 120])('fits a terminal of %i columns, but for lines that are to be typed', (columns) => {
    const [text = ''] = helpOf(command, columns).split(/^Examples?:\n/m);
    expect(text.split('\n').filter((line) => line.length > Math.min(columns, 100) && !line.startsWith('Usage'))).toEqual([]);
  });

  test('says what --json gives, and so does the page', () => {
    const hasJson = command.options.some(({ long }) => long === '--json');
    expect(hasJson || ['schema', 'completion'].includes(name)).toBe(true);
    expect(page).toMatch(new RegExp(`^\\|[^|]*\`${name}\``, 'm'));
  });
});

test('the page has every exit code, and no other', () => {
  const [, table = ''] = /^## Exit codes\n(.*?)^So /ms.exec(page) ?? [];
  const codes = [...table.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
  expect(codes).toEqual(Object.values(EXIT_CODE));
});

test('what cannot be understood ends with 2, says what was meant, and where to look', async () => {
  const [unknown, missing, nothing] = await Promise.all([mullion(['statsu']), mullion(['drain', 'x.ts']), mullion([])]);
  expect(unknown).toEqual({
    code: EXIT_CODE.misused,
    stdout: '',
    stderr: [`mullion: unknown command 'statsu'`, '(Did you mean status?)', '(mullion --help says what there is)'],
  });
  expect(missing).toEqual({
    code: EXIT_CODE.misused,
    stdout: '',
    stderr: [`mullion: required option '-t, --table <name>' not specified`, '(mullion drain --help says how it is used)'],
  });
  expect(nothing).toMatchObject({ code: EXIT_CODE.misused, stdout: '' });
});

test('help in a pipe has no colours', async () => {
  const { code, stdout } = await mullion(['--help']);
  expect({ code, hasEscapes: stdout.includes('\u001b') }).toEqual({ code: 0, hasEscapes: false });
});
