import { Buffer } from 'node:buffer';
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Pane } from 'mullion';
import { afterAll, describe, expect, test, vi } from 'vitest';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { measured } from '../fixtures/delivered-record.ts';
import { ended, mullion, startMullion } from '../fixtures/mullion-process.ts';
import type { Measurement } from '../fixtures/temperature-pipeline.ts';
import { expectedValues, publishedValues } from '../fixtures/window-values.ts';

const TEMPERATURES = example('temperatures.ts');

// In order, so that nothing is late however it is cut into batches.
const MEASUREMENTS: readonly Measurement[] = Array.from({ length: 300 }, (_, index) =>
  measured(index * 700, `${'abc'.charAt(index % 3)}${index % 5}`, (index % 80) / 8),
);
const LINES = MEASUREMENTS.map((measurement) => JSON.stringify(measurement));

const folder = mkdtempSync(join(tmpdir(), 'mullion-run-'));
afterAll(() => rmSync(folder, { recursive: true }));

function example(name: string): string {
  return fileURLToPath(new URL(`examples/${name}`, import.meta.url));
}

let files = 0;

/** A path in a folder of its own; a file when it has content. */
function file(name: string, content?: string | Uint8Array): string {
  const path = join(folder, `${++files}-${name}`);
  if (content !== undefined) writeFileSync(path, content);
  return path;
}

function documents<T>(jsonLines: string): T[] {
  return jsonLines
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 30_000 });

describe.concurrent('mullion run', () => {
  test.for<[what: string, args: string[], stdin: string | Uint8Array]>([
    ['a file', ['-i', file('lines', `${LINES.join('\n')}\n`)], ''],
    ['a gzipped file with an array', ['-i', file('array.gz', gzipSync(`[\n${LINES.join(',\n')}\n]`))], ''],
    ['standard input', ['-i', '-'], LINES.join('\n')],
    ['standard input, gzipped', ['--input', '-', '--output', '-'], gzipSync(LINES.join('\r\n'))],
  ])('reads %s to its end, and puts the panes on standard output', async ([, args, stdin], { expect: expects }) => {
    const { code, stdout, stderr } = await mullion(['run', TEMPERATURES, ...args], stdin);
    expects({ code, summary: stderr[0] }).toEqual({
      code: 0,
      summary: 'temperatures: read 300 = folded 300 + filtered 0 + late 0 + invalid 0',
    });
    expects(publishedValues(documents<Pane>(stdout))).toEqual(expectedValues(MEASUREMENTS));
  });

  test('takes a pipeline of a project that has another mullion, and runs it with this one', async ({ expect: expects }) => {
    const installed = join(folder, 'project', 'node_modules', 'mullion');
    mkdirSync(installed, { recursive: true });
    // As it is packed: what it offers a checkout is not there.
    writeFileSync(join(installed, 'package.json'), '{"type":"module","exports":{".":{"mullion-source":"./no.ts","default":"./no.js"}}}');
    const pipeline = join(folder, 'project', 'flights.ts');
    copyFileSync(fileURLToPath(new URL('../../examples/flights.ts', import.meta.url)), pipeline);
    const { code, stderr } = await mullion(['run', pipeline, '-i', '-'], '{"date":"2001/01/10 18:20","delay":5,"origin":"ATL"}');
    expects({ code, summary: stderr[0] }).toEqual({ code: 0, summary: 'flights: read 1 = folded 1 + filtered 0 + late 0 + invalid 0' });
  });

  test('gives the summary to a program, beside the panes or without them', async ({ expect: expects }) => {
    const args = ['run', TEMPERATURES, '-i', file('summed', LINES.join('\n')), '--json'];
    const [beside, alone] = await Promise.all([mullion(args), mullion([...args, '--output', file('panes-of-summed')])]);
    for (const text of [beside.stderr.join('\n'), alone.stdout])
      expects(JSON.parse(text)).toMatchObject({
        pipeline: 'temperatures',
        counts: { read: 300, folded: 300, late: 0 },
        refused: {},
        panesFired: documents(beside.stdout).length,
        watermark: expect.any(Number),
      });
    expects(alone.stderr).toEqual([]);
  });

  test('gives the same results however many records are folded together', async ({ expect: expects }) => {
    const input = file('input', LINES.join('\n'));
    for (const { stdout } of await Promise.all(
      ['7', '100000'].map(async (size) => mullion(['run', TEMPERATURES, '-i', input, '-b', size])),
    )) {
      expects(publishedValues(documents<Pane>(stdout))).toEqual(expectedValues(MEASUREMENTS));
    }
  });

  test('writes panes and refused records to the files it is told to, and a summary to standard error', async ({ expect: expects }) => {
    const [output, side] = [file('panes.jsonl', 'what was there before'), file('refused.jsonl')];
    const late = JSON.stringify(measured(0, 'a0', 99));
    const input = [...LINES, '{"at":', 'null', JSON.stringify({ ...measured(1_000), sensor: 'spare' }), late].join('\n');
    const { code, stdout, stderr } = await mullion(['run', TEMPERATURES, '-i', '-', '-o', output, '-s', side, '-b', '100'], input);

    expects({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expects(publishedValues(documents<Pane>(readFileSync(output, 'utf8')))).toEqual(expectedValues(MEASUREMENTS));
    const refused = documents<RecordRefusal>(readFileSync(side, 'utf8'));
    expects(refused.map(({ reason, data }) => [reason.code, Buffer.from(data, 'base64').toString()])).toEqual([
      ['json', '{"at":'],
      ['timestamp', 'null'],
      ['late', late],
    ]);
    expects(stderr.slice(0, 3)).toEqual([
      'temperatures: read 304 = folded 300 + filtered 1 + late 1 + invalid 2  (json 1, timestamp 1, late 1)',
      '  sensors: 1 event too late for its window',
      '  buildings: 1 event too late for its window',
    ]);
    expects(stderr[3]).toMatch(/^\d+ panes, watermark 1970-01-01T00:03:24\.299Z, then drained$/);
    expects(stderr).toHaveLength(5);
  });

  test('of an empty file says that there was no record, which is no error', async ({ expect: expects }) => {
    const path = file('empty', '');
    const { code, stdout, stderr } = await mullion(['run', TEMPERATURES, '-i', path]);
    expects({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expects(stderr.at(-1)).toMatch(new RegExp(`; there was no record in ${path}$`));
  });

  test('stops quietly when its reader has seen enough', async ({ expect: expects }) => {
    const many = Array.from({ length: 20_000 }, (_, index) => JSON.stringify(measured(index * 10_000)));
    const running = startMullion(['run', TEMPERATURES, '-i', file('many', many.join('\n'))]);
    running.stdout?.once('data', () => running.stdout?.destroy());
    const { code, stderr } = await ended(running);
    // As a shell reports a process that SIGPIPE ended.
    expects({ code, stderr }).toEqual({ code: 141, stderr: [] });
  });
});

describe.concurrent('mullion run ends with one line and code 1', () => {
  const good = `${LINES.join('\n')}\n`;
  const zipped = gzipSync(good);
  const garbage = Uint8Array.from({ length: 5_000 }, (_, index) => (index * 7_919 + (index >> 3) * 104_729) % 251);

  const input = () => file('input', good);

  test.for<[what: string, args: () => string[], line: RegExp]>([
    [
      'when there is no such input',
      () => [TEMPERATURES, '-i', file('missing')],
      /missing: there is no such file; give a file of JSON lines, a JSON array or CSV, or - for standard input$/,
    ],
    [
      'when a gzipped input is cut short',
      () => [TEMPERATURES, '-i', file('cut.gz', zipped.subarray(0, -20))],
      /cut\.gz: it cannot be read: unexpected end of file$/,
    ],
    [
      'when an array is cut short, be it between two elements',
      () => [TEMPERATURES, '-i', file('cut.json', `[${LINES.slice(0, 3).join(',')},`)],
      /cut\.json: it is cut short: its array does not end$/,
    ],
    [
      'when the output cannot be made',
      () => [TEMPERATURES, '-i', input(), '-o', join(folder, 'no', 'such', 'folder')],
      /folder: it cannot be written: ENOENT/,
    ],
    [
      'when there is no such pipeline',
      () => [file('missing.ts'), '-i', input()],
      /missing\.ts: there is no such file; give the path of a pipeline module$/,
    ],
    [
      'when the pipeline does not parse',
      () => [file('broken.mjs', 'export default pipeline('), '-i', input()],
      /broken\.mjs: it cannot be loaded: SyntaxError: /,
    ],
    [
      'when an option of the pipeline is misspelled',
      () => [example('misspelled.ts'), '-i', input()],
      /pipeline 'hasty', windows\.minutes\.alowedLateness: there is no option 'alowedLateness'; did you mean 'allowedLateness'\?/,
    ],
  ])('%s', async ([, args, line], { expect: expects }) => {
    const { code, stderr } = await mullion(['run', ...args()]);
    expects({ code, lines: stderr.length }).toEqual({ code: 1, lines: 1 });
    expects(stderr[0]).toMatch(/^mullion: /);
    expects(stderr[0]).toMatch(line);
  });

  test.runIf(existsSync('/dev/full')).for<[what: string, args: string[], name: string]>([
    ['the output', ['-o', '/dev/full'], '/dev/full'],
    ['the side file', ['-o', '/dev/null', '-s', '/dev/full'], '/dev/full'],
  ])('when the disk under %s is full', async ([, args, name], { expect: expects }) => {
    const { code, stderr } = await mullion(['run', TEMPERATURES, '-i', '-', ...args], `${good}poison\n`);
    expects({ code, stderr }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(new RegExp(`^mullion: ${name}: it cannot be written: ENOSPC`))],
    });
  });

  test.runIf(existsSync('/dev/full'))('when the disk under standard output is full', async ({ expect: expects }) => {
    const full = openSync('/dev/full', 'w');
    const { code, stderr } = await ended(startMullion(['run', TEMPERATURES, '-i', input()], ['ignore', full, 'pipe']));
    closeSync(full);
    expects({ code, stderr }).toEqual({
      code: 1,
      stderr: [expect.stringMatching(/^mullion: standard output: it cannot be written: ENOSPC/)],
    });
  });

  test.for([
    ['--output', (path: string) => ['-o', path]],
    ['--side', (path: string) => ['-o', '/dev/null', '-s', path]],
  ] as const)('when %s is the input, which stays as it is', async ([option, args], { expect: expects }) => {
    const path = input();
    const link = file('link');
    symlinkSync(path, link);
    const { code, stderr } = await mullion(['run', TEMPERATURES, '-i', path, ...args(link)]);
    expects({ code, stderr }).toEqual({
      code: 1,
      stderr: [expect.stringContaining(`: it is given as --input and as ${option}; they must be two files`)],
    });
    expects(readFileSync(path, 'utf8')).toBe(good);
  });

  test('when panes and refused records are to go to one file', async ({ expect: expects }) => {
    const path = file('both');
    const { code, stderr } = await mullion(['run', TEMPERATURES, '-i', input(), '-o', path, '-s', path]);
    expects({ code, stderr }).toEqual({
      code: 1,
      stderr: [`mullion: ${path}: it is given as --output and as --side; they must be two files`],
    });
    expects(existsSync(path)).toBe(false);
  });

  test('after the summary, when not one record was an event', async ({ expect: expects }) => {
    const path = file('garbage', garbage);
    const side = file('refused');
    const { code, stdout, stderr } = await mullion(['run', TEMPERATURES, '-i', path, '-s', side]);
    expects({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expects(stderr.at(-1)).toMatch(
      new RegExp(`^mullion: ${path}: none of its \\d+ records is a valid event; the first: the payload is not `),
    );
    // Whatever was in the file is on the side: no byte of a line is lost.
    const refused = documents<RecordRefusal>(readFileSync(side, 'utf8')).map(({ data }) => Buffer.from(data, 'base64').toString('latin1'));
    expects(refused.join('\n')).toBe(Buffer.from(garbage).toString('latin1'));
  });

  test('at once, though whoever writes to its standard input is not done', async ({ expect: expects }) => {
    const running = startMullion(['run', TEMPERATURES, '-i', '-', '-o', join(folder, 'no', 'such', 'folder')]);
    running.stdin?.on('error', () => {});
    running.stdin?.write(good);
    const { code, stderr } = await ended(running);
    expects({ code, lines: stderr.length }).toEqual({ code: 1, lines: 1 });
  });
});

describe.concurrent('mullion', () => {
  test.for<[what: string, args: string[], line: string, help: string]>([
    ['an unknown command', ['fly'], "mullion: unknown command 'fly'", '(mullion --help says what there is)'],
    [
      'a missing input',
      ['run', TEMPERATURES],
      "mullion: required option '-i, --input <file>' not specified",
      '(mullion run --help says how it is used)',
    ],
    [
      'a batch of no records',
      ['run', TEMPERATURES, '-i', '-', '-b', '0'],
      "mullion: option '-b, --batch-size <records>' argument '0' is invalid. It must be a whole number from 1 up.",
      '(mullion run --help says how it is used)',
    ],
  ])('refuses %s, and says where help is', async ([, args, line, help], { expect: expects }) => {
    expects(await mullion(args)).toEqual({ code: 2, stdout: '', stderr: [line, help] });
  });

  test('tells its version and its commands', async ({ expect: expects }) => {
    const [version, help] = await Promise.all([mullion(['--version']), mullion(['--help'])]);
    const { version: expected } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string };
    expects(version).toMatchObject({ code: 0, stdout: `${expected}\n` });
    expects(help).toMatchObject({ code: 0, stdout: expect.stringContaining('run a pipeline over a file') });
  });
});
