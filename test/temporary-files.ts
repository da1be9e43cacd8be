import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a run of the tests one folder for everything temporary, and removes it in the end: what a test that failed, or a library that never
 * cleans up, leaves behind goes with it.
 */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'mullion-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
