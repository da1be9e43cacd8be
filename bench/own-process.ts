import { fork } from 'node:child_process';
import { globSync } from 'node:fs';
import { basename, join } from 'node:path';

const FOLDER = import.meta.dirname;

/** What a measurement is, and what it measured. */
export interface Measured<T> {
  readonly about: string;
  readonly result: T;
}

/** The measurements in a folder below this one, by name. */
export function measurementsIn(folder: string): string[] {
  return globSync(`${folder}/*.ts`, { cwd: FOLDER })
    .map((path) => basename(path, '.ts'))
    .toSorted();
}

/**
 * Runs the measurement that a module exports as `benchmark`.
 *
 * @param module Below this folder, without its extension.
 */
export function measureInOwnProcess<T>(module: string): Promise<Measured<T>> {
  return new Promise((resolve, reject) => {
    const child = fork(join(FOLDER, 'run-one.ts'), [module], {
      execArgv: ['--conditions=mullion-source', '--expose-gc'],
      // What a measurement has to say goes beside the table, not into it.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.once('message', (measured) => resolve(measured as Measured<T>));
    child.once('exit', (code) => reject(new Error(`${module} ended with exit code ${code} and measured nothing`)));
  });
}
