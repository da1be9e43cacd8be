import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** Of the mullion that runs: a checkout, or what npm has installed. */
export const PACKAGE_FOLDER = dirname(fileURLToPath(import.meta.resolve('mullion/package.json')));

/** Its package.json. */
export const MANIFEST = JSON.parse(readFileSync(join(PACKAGE_FOLDER, 'package.json'), 'utf8')) as Manifest;
