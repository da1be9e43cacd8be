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

// What a client of the SDK cannot do without.
const NODE_ALONE = `for (const name of ['crypto', 'https', 'zlib', 'stream', 'fs/promises']) process.getBuiltinModule('node:' + name);`;

/** What asks for a function's file and has its handler. */
function loading(file: string): string {
  return `await import(${JSON.stringify(pathToFileURL(file).href)});`;
}

/** Milliseconds that some code takes in a process that has just begun, as in a new environment of Lambda. */
function msOf(code: string): number {
  const timed = `const from = performance.now(); ${code}; process.stdout.write(String(performance.now() - from));`;
  const { stdout, status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', timed], {
    encoding: 'utf8',
    env: ENVIRONMENT,
  });
  if (status !== 0) throw new Error(`this failed: ${code}\n${stderr}`);
  return Number(stdout);
}

export const benchmark: Benchmark = {
  about: 'what a new environment of each function has to load',
  async run() {
    const folder = mkdtempSync(join(tmpdir(), 'mullion-bench-'));
    try {
      const bundles = KINDS.map((kind) => ({ kind, ...bundleFunction({ kind, pipelineEntry: PIPELINE, outdir: join(folder, kind) }) }));
      // In turns: what else the machine does meets all alike.
      const rounds = Array.from({ length: ROUNDS }, () => [NODE_ALONE, ...bundles.map(({ file }) => loading(file))].map(msOf));
      const figures = bundles.flatMap(({ kind, sizeBytes }, index): Figure[] => {
        const loads = rounds.map((times) => times[index + 1] as number);
        return [
          { what: `${kind}: size of its bundle`, value: sizeBytes / 1_000, unit: 'KB', atMost: BYTES_MAX / 1_000 },
          { what: `${kind}: time to load it, median of ${ROUNDS}`, value: median(loads), unit: 'ms', atMost: LOAD_MS_MAX },
          { what: `${kind}: time to load it, best`, value: Math.min(...loads), unit: 'ms' },
        ];
      });
      const alone = rounds.map(([ms]) => ms as number);
      return [...figures, { what: "of that, loading Node's own modules for HTTPS, median", value: median(alone), unit: 'ms' }];
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};
