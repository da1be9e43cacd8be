import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const CONFIGURATION = ['package.json', 'tsconfig.json', '.oxlintrc.json', '.dependency-cruiser.mjs', 'tools', 'node_modules'];

/** A tool starts slowly on a machine that runs all other tests at the same time. */
export const TOOL_TIMEOUT_MS = 60_000;

/**
 * What a tool prints about files that are not in the project, under the project's own configuration.
 * Bring all files to one run: a tool takes longer to start than to read a thousand lines.
 *
 * @param script The tool, as Node runs it; a path from the root of the project.
 */
export async function runInTemporaryProject(
  files: Readonly<Record<string, string>>,
  script: string,
  ...options: string[]
): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'mullion-tools-'));
  try {
    for (const name of CONFIGURATION) await symlink(join(ROOT, name), join(directory, name));
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), `${text}\n`);
    }
    return await outputOf(join(ROOT, script), options, directory);
  } finally {
    await rm(directory, { recursive: true });
  }
}

// A tool that finds something exits with 1; here that is what is wanted, so the exit code says nothing.
function outputOf(script: string, options: readonly string[], cwd: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...options], { cwd }, (_error, stdout, stderr) => resolve(stdout + stderr));
  });
}
