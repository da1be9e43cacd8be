import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const OXLINT = join(ROOT, 'node_modules/oxlint/bin/oxlint');

interface OxlintReport {
  readonly diagnostics: readonly { readonly filename: string; readonly code: string; readonly message: string }[];
}

/**
 * What the project's own configuration says about files that are not in the project, as `rule: message` per path.
 * One run for all of them: the linter takes longer to start than to read a thousand lines.
 */
export async function linted(files: Readonly<Record<string, string>>): Promise<Map<string, string[]>> {
  const directory = await mkdtemp(join(tmpdir(), 'mullion-lint-'));
  try {
    for (const name of ['.oxlintrc.json', 'tsconfig.json', 'tools', 'node_modules']) await symlink(join(ROOT, name), join(directory, name));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), `${text}\n`);
    }
    const complaints = new Map(Object.keys(files).map((path): [string, string[]] => [path, []]));
    const output = await runOxlint(directory);
    const { diagnostics } = JSON.parse(output) as OxlintReport;
    for (const { filename, code, message } of diagnostics) complaints.get(filename)?.push(`${code}: ${message}`);
    return complaints;
  } finally {
    await rm(directory, { recursive: true });
  }
}

// It exits with 1 where it finds something, which is what is wanted here: only a report that cannot be read is a failure.
function runOxlint(directory: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [OXLINT, '--format', 'json'], { cwd: directory }, (_error, stdout, stderr) => resolve(stdout || stderr));
  });
}
