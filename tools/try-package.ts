/**
 * Packs this checkout as it would be released, begins a project with it in an empty folder, and types there what the project's README says, as somebody does
 * who has no checkout. It takes half a minute and the registry that `npm ci` takes.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** They need an account. */
const IN_AN_ACCOUNT = /^npx cdk (?:bootstrap|deploy)\b/;
/** What reads files of the package. */
const BESIDES = [
  'npx mullion --help',
  'npx mullion schema > schema.json',
  'npx mullion completion zsh > completion',
  "npx mullion init ../another --mullion '^0.1.0'",
];

const folder = mkdtempSync(join(tmpdir(), 'mullion-packed-'));
const project = join(folder, 'room-temperatures');
try {
  execFileSync(process.execPath, [join(import.meta.dirname, '..', 'bin', 'mullion.js'), 'init', project], { stdio: 'inherit' });
  const lines = [...commandsOf(readFileSync(join(project, 'README.md'), 'utf8')), ...BESIDES];
  const failed = lines.find((line) => !succeeds(line));
  if (failed !== undefined) process.stderr.write(`a project of its own: '${failed}' failed\n`);
  process.exitCode = failed === undefined ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The lines of a page's shell blocks, without what is said of them. */
function commandsOf(page: string): string[] {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, code = '']) => code.trimEnd().split('\n'));
  const commands = blocks.map((line) => line.replace(/\s+#.*$/, '')).filter((line) => !IN_AN_ACCOUNT.test(line));
  if (commands.length < 4)
    throw new Error(`there are ${commands.length} commands in the README of a project; needed: the ones that it has`);
  return commands;
}

function succeeds(line: string): boolean {
  process.stdout.write(`\n$ ${line}\n`);
  return spawnSync('bash', ['-ec', line], { cwd: project, env: surroundings(), stdio: 'inherit' }).status === 0;
}

/** What npm puts into the environment of a script is this checkout's, and nothing of that is to help. */
function surroundings(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(
    ([name]) => !/^npm_(?:package|lifecycle|command|execpath|node_execpath)/.test(name) && name !== 'INIT_CWD',
  );
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((entry) => !/node_modules[\\/]\.bin$|node-gyp-bin$/.test(entry));
  return { ...Object.fromEntries(kept), PATH: path.join(delimiter) };
}
