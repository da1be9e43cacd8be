/** `npm run bench`: the figures of speed and cost, as a table and as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Argument, Command } from 'commander';
import type { Figure } from './benchmark.ts';
import { figureTable } from './figure-table.ts';
import { machine } from './machine.ts';
import { measureInOwnProcess, measurementsIn } from './own-process.ts';

interface Report {
  readonly about: string;
  readonly figures: readonly Figure[];
}

const names = measurementsIn('benchmarks');

await new Command('bench')
  .description('Measures speed and cost, each benchmark in a process of its own.')
  .addArgument(new Argument('[benchmarks...]', 'which of them; all by default').choices(names))
  .option('--json <file>', 'where the figures go as JSON', 'build/bench.json')
  .action(async (chosen: readonly string[], { json }: { json: string }) => {
    const reports: Record<string, Report> = {};
    for (const name of chosen.length === 0 ? names : chosen) {
      process.stderr.write(`${name} …\n`);
      const { about, result: figures } = await measureInOwnProcess<readonly Figure[]>(`benchmarks/${name}`);
      reports[name] = { about, figures };
      process.stdout.write(`\n## ${name}: ${about}\n\n${figureTable(figures)}\n\n`);
    }
    mkdirSync(dirname(json), { recursive: true });
    writeFileSync(json, `${JSON.stringify({ measuredAt: new Date().toISOString(), machine: machine(), reports }, undefined, 2)}\n`);
  })
  .parseAsync();
