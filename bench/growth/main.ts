/** `npm run bench:growth`: how what things cost grows, as plots and as their points. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { machine } from '../machine.ts';
import { measureInOwnProcess, measurementsIn } from '../own-process.ts';
import { drawPlot } from './draw-plot.ts';
import type { MeasuredGrowth } from './measured-growth.ts';
import type { Plots } from './plot.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'growth');
const POINTS = join(FOLDER, 'points.json');

const names = measurementsIn('growth/curves');

await new Command('bench:growth')
  .description('Measures how what things cost grows, each curve in a process of its own, and draws it into docs/growth.')
  .addArgument(new Argument('[curves...]', 'which of them; all by default').choices(names))
  .option('--draw', 'measure nothing, draw again what was measured')
  .action(async (chosen: readonly string[], { draw = false }: { draw?: boolean }) => {
    const measured: Record<string, MeasuredGrowth> = existsSync(POINTS)
      ? (JSON.parse(readFileSync(POINTS, 'utf8')) as Record<string, MeasuredGrowth>)
      : {};
    for (const name of chosen.length === 0 ? names : chosen) {
      if (!draw) {
        process.stderr.write(`${name} …\n`);
        const { about, result } = await measureInOwnProcess<Plots>(`growth/curves/${name}`);
        measured[name] = { about, measuredAt: new Date().toISOString().slice(0, 10), machine: machine(), plots: result };
      }
      mkdirSync(FOLDER, { recursive: true });
      const kept = Object.fromEntries(names.flatMap((each) => (measured[each] === undefined ? [] : [[each, measured[each]]])));
      writeFileSync(POINTS, `${JSON.stringify(kept, undefined, 1)}\n`);
      for (const [plot, drawn] of Object.entries(measured[name]?.plots ?? {})) writeFileSync(join(FOLDER, `${plot}.svg`), drawPlot(drawn));
    }
  })
  .parseAsync();
