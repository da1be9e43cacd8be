import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import ts from 'typescript';
import { CommandError } from '../../cli/command-error.ts';
import { initCommand } from '../../cli/init/init-command.ts';
import { dependencyOn } from '../../cli/init/mullion-dependency.ts';
import { linkModules } from '../fixtures/linked-modules.ts';
import { type Ended, mullion } from '../fixtures/mullion-process.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const NAME = 'room-temperatures';

const folder = mkdtempSync(join(tmpdir(), 'mullion-init-'));
const project = join(folder, NAME);
let made: Ended;

// Processes take a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

beforeAll(async () => {
  made = await mullion(['init', project, '--mullion', '^0.1.0']);
  linkModules(project);
});
afterAll(() => rmSync(folder, { recursive: true }));

function jsonOf(path: string) {
  return JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
}

/** What a program prints in the project. A checkout has sources where a package has what was built of them. */
async function run(program: string, args: readonly string[], variables: NodeJS.ProcessEnv = {}): Promise<string> {
  // With it, a test would take itself for a part of another one.
  const { NODE_TEST_CONTEXT: _, ...inherited } = process.env;
  const env = { ...inherited, NODE_OPTIONS: '--conditions=mullion-source', ...variables };
  return (await promisify(execFile)(program, args, { cwd: project, env })).stdout;
}

describe('a new project', () => {
  test('is written, and the last lines say what to do next', () => {
    expect(made.code).toBe(0);
    expect(made.stdout.split('\n').filter((line) => line !== '')).toEqual(
      ['package.json', 'pipeline.ts', 'pipeline.test.ts', 'app.ts', 'cdk.json', 'tsconfig.json', 'README.md', '.gitignore'].map((file) =>
        join(project, file),
      ),
    );
    expect(made.stderr.slice(1, 4)).toEqual([`  cd ${project}`, '  npm install', '  npm test']);
  });

  test('bears its name wherever one stands, and no other', () => {
    expect(jsonOf(join(project, 'package.json'))).toMatchObject({ name: NAME, dependencies: { mullion: '^0.1.0' } });
    const texts = readdirSync(project, { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }) => readFileSync(join(project, name), 'utf8'));
    expect(texts.filter((text) => /my-?pipeline/i.test(text))).toEqual([]);
    expect(texts.filter((text) => text.includes(NAME))).toHaveLength(3);
    expect(texts.filter((text) => text.includes("'RoomTemperatures'"))).toHaveLength(1);
  });

  test('passes its own test', async () => {
    const said = await run('npm', ['test']);
    expect(said).toMatch(/pass 3$/m);
    expect(said).toMatch(/fail 0$/m);
  });

  test('fails its own test when the pipeline is wrong', async () => {
    const path = join(project, 'pipeline.ts');
    const right = readFileSync(path, 'utf8');
    writeFileSync(path, right.replace("tumbling('1m')", "tumbling('2m')"));
    try {
      await expect(run('npm', ['test'])).rejects.toMatchObject({ code: 1, stdout: expect.stringMatching(/fail [12]$/m) });
    } finally {
      writeFileSync(path, right);
    }
  });

  // A type check of its own would be one of the engine's sources, once more.
  test('is type-checked here as strictly as there', () => {
    const { compilerOptions } = jsonOf(join(project, 'tsconfig.json'));
    expect(compilerOptions).toMatchObject({ strict: true, module: 'nodenext' });
    expect(ts.readConfigFile(join(ROOT, 'tsconfig.json'), (path) => readFileSync(path, 'utf8')).config).toMatchObject({ compilerOptions });
  });

  test('is a stack', async () => {
    const { app } = jsonOf(join(project, 'cdk.json'));
    expect(app).toBe('node app.ts');
    await run(process.execPath, ['app.ts'], { CDK_OUTDIR: 'cdk.out' });
    const template = readFileSync(join(project, 'cdk.out', 'RoomTemperatures.template.json'), 'utf8');
    expect(template).toContain('AWS::Kinesis::Stream');
    expect(template).toContain('AWS::Lambda::Function');
  });
});

describe('mullion init refuses', () => {
  test.each([
    ['a folder that is not empty', project, {}, 'it is not empty, there is .gitignore; give a new folder, or an empty one'],
    ['a folder that is a file', join(project, 'app.ts'), { name: 'a' }, 'it cannot be made a folder: EEXIST'],
    ['a name that npm would not take', join(folder, 'Big'), {}, "folder Big: a project's name is 1 to 64 small letters"],
    ['a name with more than its letters', join(folder, 'a'), { name: "x'; rm" }, "--name x'; rm: a project's name is"],
    [
      'the name of what it depends on',
      join(folder, 'mullion'),
      {},
      'a package that the project depends on is called so; say another with --name',
    ],
    ['a mullion that is not there', join(folder, 'b'), { mullion: './no.tgz' }, '--mullion ./no.tgz: there is no such file'],
    ['a folder that is no mullion', join(folder, 'c'), { mullion: project }, 'this is room-temperatures'],
  ])('%s', (_, path, options, message) => {
    const attempt = () => initCommand(path, options);
    expect(attempt).toThrow(CommandError);
    expect(attempt).toThrow(message);
  });
});

test('a packed mullion is named by its place, as seen from the project; versions, tags and addresses are left as they are', () => {
  const packed = join(folder, 'mullion-0.1.0.tgz');
  writeFileSync(packed, '');
  expect(dependencyOn(packed, project)).toBe('file:../mullion-0.1.0.tgz');
  expect(dependencyOn(`file:${packed}`, project)).toBe('file:../mullion-0.1.0.tgz');
  for (const spec of ['^0.1.0', 'latest', '>=0.1 <1', 'https://example.com/mullion.tgz']) expect(dependencyOn(spec, project)).toBe(spec);
});

// Which files a package has is asked of npm itself. `npm run try-package` builds, packs and installs one.
test('what is copied and read is in the package that is released', async () => {
  const { stdout } = await promisify(execFile)('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], { cwd: ROOT });
  const [{ files = [] } = {}] = JSON.parse(stdout) as { files?: { path: string }[] }[];
  const folderOf = (path: string) => readdirSync(join(ROOT, path)).map((file) => `${path}/${file}`);
  expect(files.map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      'bin/mullion.js',
      'schema/pipeline.schema.json',
      'tools/node/package.json',
      ...folderOf('cli/init/template'),
      ...folderOf('cli/completion/scripts'),
    ]),
  );
});
