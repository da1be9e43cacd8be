import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, expect, test, vi } from 'vitest';
import { COMPILE_CACHE } from '../../local/compile-cache.ts';
import type { RecordCounts } from '../../shared/log/counts.ts';
import { specimen } from './corpus.ts';

// What ingest has where nobody says anything else. The process that is measured holds fire and a consumer as well, and delivers a record in three forms.
const MEMORY_MB = 512;
const HEAP_MB = 400;
const PROCESS = fileURLToPath(new URL('hostile-process.ts', import.meta.url));

interface Outcome {
  readonly counts: RecordCounts;
  readonly refusedEvents: number;
  readonly documents: number;
  readonly memoryMb: number;
}

const folder = mkdtempSync(join(tmpdir(), 'mullion-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

vi.setConfig({ testTimeout: 60_000 });

async function outcomeOf(name: string, times = 1): Promise<Outcome> {
  const file = join(folder, 'record');
  writeFileSync(file, specimen(name).bytes);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=mullion-source', `--max-old-space-size=${HEAP_MB}`, PROCESS, file, String(times)],
    { env: { ...process.env, ...COMPILE_CACHE } },
  );
  return JSON.parse(stdout) as Outcome;
}

test.each([
  '10 MiB of opening brackets',
  '1,000,000 opening brackets',
  '10 MiB of empty objects',
  '10 MB of commas and brackets, all of them text',
  '16 MiB of opening brackets in 16 KB',
  '16 MB of text in 16 KB',
  'a bomb of 1 GiB in 1 MB',
  '50,000 bad events in 50 KB',
  '20,000 times the same event',
  'a partition key of 1 MB for each of 1,000 bad events',
])('%s: fits into the memory of a function', async (name) => {
  const { counts, memoryMb } = await outcomeOf(name);
  const { folded = 0, invalid = 0 } = specimen(name).counts;
  expect(counts).toMatchObject({ folded: folded + 3, invalid });
  expect(memoryMb).toBeLessThan(MEMORY_MB);
});

test('of records that unfold to very many bad events, a batch holds what was delivered, and a hundred documents each', async () => {
  const { counts, refusedEvents, documents, memoryMb } = await outcomeOf('50,000 bad events in 50 KB', 4);
  expect({ invalid: counts.invalid, refusedEvents, documents }).toEqual({ invalid: 200_000, refusedEvents: 200_000, documents: 404 });
  expect(memoryMb).toBeLessThan(MEMORY_MB);
});
