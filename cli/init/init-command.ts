import { mkdirSync, readdirSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { CommandError } from '../command-error.ts';
import { dependencyOn } from './mullion-dependency.ts';
import { checkProjectName } from './project-name.ts';
import { projectFiles, writeProject } from './project-files.ts';

export interface InitCommandOptions {
  /** Absent where the folder's is meant. */
  readonly name?: string;
  /** A version, a range, or a path. Absent where the one that runs is meant. */
  readonly mullion?: string;
  readonly json?: boolean;
}

/**
 * `mullion init`: writes a new project.
 *
 * @throws {CommandError} when the folder is taken, a name cannot be one, or there is no such mullion.
 */
export function initCommand(folder: string, { name: givenName, mullion, json }: InitCommandOptions): void {
  const path = resolve(folder);
  const name = givenName ?? basename(path);
  checkProjectName(name, givenName === undefined ? 'folder' : '--name');
  makeEmpty(path, folder);
  const files = projectFiles(name, dependencyOn(mullion, path));
  writeProject(path, files);
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ name, folder: path, files: Object.keys(files) })}\n`);
    return;
  }
  for (const file of Object.keys(files)) process.stdout.write(`${join(folder, file)}\n`);
  process.stderr.write(`\n${name} is there. What to do next:\n\n`);
  for (const command of [...(path === process.cwd() ? [] : [`cd ${shellWord(folder)}`]), 'npm install', 'npm test'])
    process.stderr.write(`  ${command}\n`);
  process.stderr.write('\nThen change pipeline.ts. README.md says how to run it over a file, and how to deploy it.\n');
}

function makeEmpty(path: string, folder: string): void {
  let found: string[];
  try {
    mkdirSync(path, { recursive: true });
    found = readdirSync(path);
  } catch (error) {
    throw new CommandError(`${folder}: it cannot be made a folder: ${(error as Error).message}`, { cause: error });
  }
  // What comes of `git init` is no reason to refuse.
  const [first] = found.filter((entry) => entry !== '.git');
  if (first !== undefined) throw new CommandError(`${folder}: it is not empty, there is ${first}; give a new folder, or an empty one`);
}

/** For a line that is typed again. */
function shellWord(text: string): string {
  return /^[\w./~-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
