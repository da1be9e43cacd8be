/** `npm run bench`: the figures of speed and cost, as a table and as JSON. */
import { fork } from 'node:child_process';
import { globSync, mkdirSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, platform } from 'node:os';
import { basename, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Argument, Command } from 'commander';
import type { Figure } from './benchmark.ts';
import { figureTable } from './figure-table.ts';

interface Report {
  readonly about: string;
  readonly figures: readonly Figure[];
}

const here = fileURLToPath(new URL('.', import.meta.url));
const names = globSync('benchmarks/*.ts', { cwd: here })
  .map((path) => basename(path, '.ts'))
  .toSorted();

await new Command('bench')
  .description('Measures speed and cost, each benchmark in a process of its own.')
  .addArgument(new Argument('[benchmarks...]', 'which of them; all by default').choices(names))
  .option('--json <file>', 'where the figures go as JSON', 'build/bench.json')
  .action(async (chosen: readonly string[], { json }: { json: string }) => {
    const reports: Record<string, Report> = {};
    for (const name of chosen.length === 0 ? names : chosen) {
      process.stderr.write(`${name} …\n`);
      const report = await runOne(name);
      reports[name] = report;
      process.stdout.write(`\n## ${name}: ${report.about}\n\n${figureTable(report.figures)}\n\n`);
    }
    mkdirSync(dirname(json), { recursive: true });
    const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), platform: `${platform()} ${arch()}`, node: process.version };
    writeFileSync(json, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine, reports }, undefined, 2)}\n`);
  })
  .parseAsync();

function runOne(name: string): Promise<Report> {
  return new Promise((resolve, reject) => {
    const child = fork(new URL('run-one.ts', import.meta.url), [name], {
      execArgv: ['--conditions=mullion-source', '--expose-gc'],
      // What a benchmark has to say goes beside the table, not into it.
      stdio: ['ignore', 2, 2, 'ipc'],
    });
    child.once('message', (report) => resolve(report as Report));
    child.once('exit', (code) => reject(new Error(`${name} ended with exit code ${code} and no figures`)));
  });
}
