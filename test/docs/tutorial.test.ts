import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';
import { understood, wordsOf } from '../fixtures/command-line.ts';
import { linkModules } from '../fixtures/linked-modules.ts';
import { pages, ROOT } from './pages.ts';

vi.setConfig({ testTimeout: 300_000 });

const folder = mkdtempSync(join(tmpdir(), 'mullion-tutorial-'));
const project = join(folder, 'room-temperatures');
// Beside it, as on the page. What matters of a checkout here is the place.
const checkout = join(folder, 'mullion');
mkdirSync(checkout);
afterAll(() => rmSync(folder, { recursive: true }));

const text = pages().find(({ path }) => path === 'docs/TUTORIAL.md')?.text ?? '';
const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)].map(([, language = '', code = '']) => ({ language, code }));

// They need an account. What there is to run of them, the app and its bundles, is run here.
const IN_AN_ACCOUNT = ['npx cdk bootstrap', 'npx cdk deploy -c trial=true', 'npx cdk destroy'];
// `npx` would look for what is in the project's own node_modules, and find it more slowly.
const SHELL = `mullion() { '${process.execPath}' '${join(ROOT, 'bin', 'mullion.js')}' "$@"; }; npx() { "$@"; }; cdk() { CDK_OUTDIR=cdk.out '${process.execPath}' app.ts; };`;

/** Runs a line of the page as somebody would type it who stands in the project, or says why not. */
async function run(line: string): Promise<string> {
  if (IN_AN_ACCOUNT.includes(line)) return '';
  if (line.startsWith('npm start -- ')) return started(wordsOf(line).slice(3));
  // Names of what only a deployment has.
  if (/\b[A-Z]{5,}\b/.test(line)) return understood(line);
  if (line === 'npm install') linkModules(project);
  if (line === 'npm install' || line === 'cd ../room-temperatures') return '';
  const isFirst = line === 'npx mullion init ../room-temperatures';
  const { NODE_TEST_CONTEXT: _, ...environment } = process.env;
  const { stdout, stderr } = await promisify(execFile)('bash', ['-ec', `${SHELL} ${line}${isFirst ? " --mullion '^0.1.0'" : ''}`], {
    cwd: isFirst ? checkout : project,
    // A checkout has sources where a package has what was built of them.
    env: { ...environment, NODE_OPTIONS: '--conditions=mullion-source' },
  });
  return `${stdout}${stderr}`;
}

/** In a checkout, for a moment. The events are those that the pipeline is for. */
async function started(args: readonly string[]): Promise<string> {
  const { stderr } = await promisify(execFile)(
    process.execPath,
    ['--conditions=mullion-source', join(ROOT, 'local', 'start.ts'), ...args, '--for', '4s'],
    { cwd: checkout, env: { ...process.env, ...COMPILE_CACHE }, maxBuffer: 16_777_216 },
  );
  expect(stderr).toMatch(/^read [\d,]*[1-9][\d,]* = .* invalid 0$/m);
  return stderr;
}

/** What stands there for something that is another one each time. */
const pattern = (line: string) =>
  new RegExp(
    `^${line
      .split('…')
      .map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`))
      .join('.*')}$`,
  );

test('every command of the tutorial runs, every file does what it says, and every output is what comes', async () => {
  let said = '';
  let files = 0;
  for (const { language, code } of blocks) {
    if (language === 'sh') {
      said = '';
      for (const line of code.trimEnd().split('\n')) said += await run(line);
    } else if (language === 'ts') {
      const [, file, isThere] = /^\/\/ ([\w.]+)(, as it is)?\n/.exec(code) ?? [];
      const body = code.replace(/^\/\/ .*\n/, '');
      if (file === undefined) expect(readFileSync(join(project, 'app.ts'), 'utf8')).toContain(code.split(' {')[0]);
      else if (isThere !== undefined) expect(body).toBe(readFileSync(join(project, file), 'utf8'));
      else writeFileSync(join(project, file), body);
      files++;
    } else if (said === '' || !code.startsWith('──')) {
      const lines = said.trimEnd().split('\n');
      for (const line of code.trimEnd().split('\n'))
        expect(
          lines.some((each) => pattern(line).test(each)),
          `${line}\nis not in\n${said}`,
        ).toBe(true);
    }
  }
  expect(files).toBe(5);
  expect(existsSync(join(project, 'cdk.out', 'RoomTemperatures.template.json'))).toBe(true);
  await expect(
    promisify(execFile)(process.execPath, ['webhook.ts'], {
      cwd: project,
      env: { ...process.env, NODE_OPTIONS: '--conditions=mullion-source' },
    }),
  ).resolves.toMatchObject({ stderr: '' });
});
