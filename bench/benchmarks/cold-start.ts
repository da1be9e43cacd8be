import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleFunction, type FunctionKind } from '../../functions/bundle.ts';
import type { Benchmark, Figure } from '../benchmark.ts';
import { median } from '../cpu.ts';

const ROUNDS = 15;
const KINDS: readonly FunctionKind[] = ['ingest', 'fire'];
const BYTES_MAX = 600_000;
const LOAD_MS_MAX = 80;
const PIPELINE = join(import.meta.dirname, '..', '..', 'examples', 'flights.ts');

const ENVIRONMENT = {
  AWS_REGION: 'us-east-1',
  MULLION_TABLE: 'table',
  MULLION_INPUT_STREAM: 'input',
  MULLION_OUTPUT_STREAM: 'output',
  MULLION_SIDE_STREAM: 'side',
  MULLION_RETENTION_DAYS: '30',
};

/** Milliseconds from asking for a function's file to having its handler, in a process that has just begun, as in a new environment of Lambda. */
function loadMs(file: string): number {
  const code = `const from = performance.now();
    await import(${JSON.stringify(pathToFileURL(file).href)});
    process.stdout.write(String(performance.now() - from));`;
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  if (status !== 0) throw new Error(`${file} could not be loaded: ${stderr}`);
  return Number(stdout);
}

export const benchmark: Benchmark = {
  about: 'what a new environment of each function has to load',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'mullion-bench-'));
    try {
      return KINDS.flatMap((kind): Figure[] => {
        const { file, sizeBytes } = bundleFunction({ kind, pipelineEntry: PIPELINE, outdir: join(folder, kind) });
        const loads = Array.from({ length: ROUNDS }, () => loadMs(file));
        return [
          { what: `${kind}: size of its bundle`, value: sizeBytes / 1_000, unit: 'KB', atMost: BYTES_MAX / 1_000 },
          { what: `${kind}: time to load it, median of ${ROUNDS}`, value: median(loads), unit: 'ms', atMost: LOAD_MS_MAX },
          { what: `${kind}: time to load it, best`, value: Math.min(...loads), unit: 'ms' },
        ];
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
