import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CommandError } from '../command-error.ts';
import { MANIFEST, PACKAGE_FOLDER } from '../package-folder.ts';

/**
 * What a new project's package.json says of mullion.
 *
 * A checkout is packed into the project. A link to it would not do: with its own aws-cdk-lib it would bring a second one, and the stacks of one are
 * none to the other.
 *
 * @param given A version, a range, a tag, or the path of a packed package or a checkout. Absent: the mullion that runs.
 * @param project The folder of the project.
 * @throws {CommandError} when there is nothing at the path, or it cannot be packed.
 */
export function dependencyOn(given: string | undefined, project: string): string {
  if (given === undefined)
    return existsSync(join(PACKAGE_FOLDER, 'cli', 'main.ts')) ? pack(PACKAGE_FOLDER, project) : `^${MANIFEST.version}`;
  if (!isPath(given)) return given;
  const path = resolve(given.replace(/^file:/, ''));
  const stats = statSync(path, { throwIfNoEntry: false });
  if (stats === undefined)
    throw new CommandError(`--mullion ${given}: there is no such file; give a version, a packed .tgz, or a checkout`);
  return stats.isDirectory() ? pack(path, project) : fileSpec(relative(project, path));
}

function isPath(spec: string): boolean {
  if (/^\w+:\/\//.test(spec)) return false;
  return /^(?:file:|\.{1,2}(?:[/\\]|$))|\.tgz$/.test(spec) || isAbsolute(spec);
}

function pack(checkout: string, project: string): string {
  const { name, version } = manifestOf(checkout);
  if (name !== MANIFEST.name)
    throw new CommandError(`--mullion ${checkout}: needed: a checkout of mullion; this is ${name ?? 'no package'}`);
  process.stderr.write(`packing mullion ${version} from ${checkout}, which takes a moment …\n`);
  try {
    // What it prints is for whoever releases a package.
    execFileSync('npm', ['pack', '--pack-destination', project], { cwd: checkout, stdio: ['ignore', 'pipe', 'pipe'] });
  } catch (error) {
    throw new CommandError(`npm pack in ${checkout} failed: ${reasonOf(error)}; \`npm ci\` there may help`, { cause: error });
  }
  return fileSpec(`${name}-${version}.tgz`);
}

/** The compiler says on standard output what is wrong, npm on the other that something is. */
function reasonOf(error: unknown): string {
  const { stdout, stderr, message } = error as { stdout?: Buffer; stderr?: Buffer; message: string };
  const lines = `${stdout?.toString() ?? ''}\n${stderr?.toString() ?? ''}`.split('\n').map((line) => line.trim());
  return lines.find((line) => /\berror\b/.test(line)) ?? message;
}

function manifestOf(folder: string): { readonly name?: string; readonly version?: string } {
  const path = join(folder, 'package.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { name?: string; version?: string }) : {};
}

/** As npm writes it, on any system. */
function fileSpec(path: string): string {
  return `file:${path.split(sep).join('/')}`;
}
