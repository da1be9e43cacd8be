import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Pane } from 'mullion';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'local', 'examples', 'main.ts');

export interface ExampleRun<T> {
  /** Its lines of JSON: panes, or what the example tells instead. */
  readonly told: T[];
  /** What it says besides. */
  readonly said: string[];
  /** The last thing that it says. */
  readonly accounts: string;
}

/** `npm run example -- … --json`, as a person runs it. */
export async function runExample<T = Pane>(...args: readonly string[]): Promise<ExampleRun<T>> {
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['--conditions=mullion-source', MAIN, ...args, '--json'], {
    env: { ...process.env, ...COMPILE_CACHE },
    maxBuffer: 2 ** 28,
  });
  const told = stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
  const said = stderr.trimEnd().split('\n');
  return { told, said, accounts: said.at(-1) ?? '' };
}
