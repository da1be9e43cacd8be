import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { completions } from '../../cli/completion/completions.ts';
import { mullionProgram } from '../../cli/program.ts';
import { mullion } from '../fixtures/mullion-process.ts';

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const program = mullionProgram();
/** The values, or `files`, where the tab key is pressed behind the last word. */
const after = (...words: string[]) => {
  const found = completions(program, words);
  return found === 'files' ? found : found.map(({ value }) => value);
};

describe('the tab key completes', () => {
  test('commands, and no hidden one', () => {
    expect(after('st')).toEqual(['status']);
    expect(after('comp')).toEqual(['completion']);
  });

  test('options: those that are needed first, and none that is there already', () => {
    expect(after('run', 'pipeline.ts', '--').slice(0, 3)).toEqual(['--input', '--format', '--output']);
    expect(after('run', 'pipeline.ts', '-i', 'a', '--i')).toEqual([]);
    expect(after('cost', '')).toEqual(expect.arrayContaining(['--rate', '--keys', '--window']));
  });

  test('values that are one of several, in every way in which they are written', () => {
    expect(after('cost', '--key-kind', '')).toEqual(['id', 'email', 'uuid']);
    expect(after('cost', '--key-kind=u')).toEqual(['--key-kind=uuid']);
    expect(after('cost', '--key-kind', '=', 'u')).toEqual(['uuid']);
    expect(after('cost', '--key-kind', '=')).toEqual(['id', 'email', 'uuid']);
    expect(after('generate', '--kinds', 'sensors', 'u')).toEqual(['users']);
    expect(after('completion', '')).toEqual(['bash', 'zsh', 'fish']);
  });

  test('names of files where a file is meant, and nothing where only its owner knows', () => {
    for (const words of [
      ['run', ''],
      ['run', 'a.ts', '--input', 'da'],
      ['run', 'a.ts', '--input=da'],
      ['replay', ''],
    ])
      expect(after(...words), words.join(' ')).toBe('files');
    for (const words of [
      ['cost', '--rate', ''],
      ['status', 'a.ts', '--table', ''],
      ['explain', 'a.ts', 'p'],
      ['run', '--', '--inp'],
    ])
      expect(after(...words), words.join(' ')).toEqual(words[0] === 'run' ? 'files' : []);
  });
});

// With `which` there is no shell that somebody does not have: one that is not here is left out, and says so.
const has = (shell: string) => spawnSync(shell, ['--version']).status === 0;
const folder = mkdtempSync(join(tmpdir(), 'mullion-completion-'));
const environment = { ...process.env, PATH: `${folder}${delimiter}${process.env['PATH']}` };

beforeAll(async () => {
  const bin = join(import.meta.dirname, '..', '..', 'bin', 'mullion.js');
  writeFileSync(join(folder, 'mullion'), `#!/bin/sh\nexec '${process.execPath}' '${bin}' "$@"\n`);
  chmodSync(join(folder, 'mullion'), 0o755);
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'data', 'a b.jsonl'), '');
  for (const shell of ['bash', 'fish']) writeFileSync(join(folder, `mullion.${shell}`), (await mullion(['completion', shell])).stdout);
});
afterAll(() => rmSync(folder, { recursive: true }));

function printed(shell: string, script: string): string[] {
  const { stdout, stderr } = spawnSync(shell, ['-c', script], { cwd: folder, env: environment, encoding: 'utf8' });
  expect(stderr).toBe('');
  return stdout.split('\n').filter((line) => line !== '');
}

/** The way of bash: the function is told the words, and leaves what it has found. */
const inBash = (...words: string[]) =>
  printed(
    'bash',
    `source mullion.bash; COMP_WORDS=(mullion ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
     compopt() { :; }; _mullion mullion; printf '%s\\n' "\${COMPREPLY[@]}"`,
  );

test.runIf(has('bash'))('bash asks the command, word by word as they were typed', () => {
  expect(inBash('sta')).toEqual(['status']);
  expect(inBash('run', 'a file; with $(odd) signs.ts', '--b')).toEqual(['--batch-size']);
  expect(inBash('cost', '--key-kind', '=', 'u')).toEqual(['uuid']);
  expect(inBash('run', '')).toEqual([]);
  expect(printed('bash', 'source mullion.bash; complete -p mullion')).toEqual(['complete -o default -F _mullion mullion']);
});

test.runIf(has('fish'))('fish asks it, and completes names of files itself', () => {
  const inFish = (line: string) => printed('fish', `source mullion.fish; complete -C '${line}'`).map((each) => each.split('\t')[0]);
  expect(inFish('mullion sta')).toEqual(['status']);
  expect(inFish('mullion run a.ts --input data/')).toEqual(['data/a b.jsonl']);
  expect(inFish('mullion cost --key-kind=u')).toEqual(['--key-kind=uuid']);
});

test.runIf(has('zsh'))('zsh can read its script', async () => {
  const { stdout } = await mullion(['completion', 'zsh']);
  expect(spawnSync('zsh', ['-n'], { input: stdout, encoding: 'utf8' })).toMatchObject({ status: 0, stderr: '' });
});
