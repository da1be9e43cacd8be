/** `npm run bench:growth`: how what things cost grows, as plots and as their points. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, Command } from 'commander';
import { machine } from '../machine.ts';
import { measureInOwnProcess, measurementsIn } from '../own-process.ts';
import { drawPlot } from './draw-plot.ts';
import { withTables } from './growth-page.ts';
import type { MeasuredGrowth } from './measured-growth.ts';
import type { Plots } from './plot.ts';

const DOCS = join(import.meta.dirname, '..', '..', 'docs');
const PAGE = join(DOCS, 'GROWTH.md');
const FOLDER = join(DOCS, 'growth');
const POINTS = join(FOLDER, 'points.json');

// As JSON writes it: a line each would make thousands.
const POINT = /\[\s+(-?[\d.e+-]+),\s+(-?[\d.e+-]+)\s+\]/g;

const names = measurementsIn('growth/curves');

await new Command('bench:growth')
  .description('Measures how what things cost grows, each curve in a process of its own, and draws it: docs/GROWTH.md, docs/growth.')
  .addArgument(new Argument('[curves...]', 'which of them; all by default').choices(names))
  .option('--draw', 'measure nothing, draw again what was measured')
  .action(async (chosen: readonly string[], { draw = false }: { draw?: boolean }) => {
    mkdirSync(FOLDER, { recursive: true });
    for (const name of chosen.length === 0 ? names : chosen) {
      if (!draw) {
        process.stderr.write(`${name} …\n`);
        const { about, result } = await measureInOwnProcess<Plots>(`growth/curves/${name}`);
        keep(name, { about, measuredAt: new Date().toISOString().slice(0, 10), machine: machine(), plots: result });
      }
      const plots = kept()[name]?.plots ?? {};
      for (const [plot, drawn] of Object.entries(plots)) writeFileSync(join(FOLDER, `${plot}.svg`), drawPlot(drawn));
      writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8'), plots));
    }
  })
  .parseAsync();

function kept(): Readonly<Record<string, MeasuredGrowth>> {
  return existsSync(POINTS) ? (JSON.parse(readFileSync(POINTS, 'utf8')) as Record<string, MeasuredGrowth>) : {};
}

/** In place of what was measured before, and without what nobody measures any more. */
function keep(name: string, measured: MeasuredGrowth): void {
  const all: Readonly<Record<string, MeasuredGrowth>> = { ...kept(), [name]: measured };
  const known = Object.fromEntries(names.flatMap((each) => (all[each] === undefined ? [] : [[each, all[each]]])));
  writeFileSync(POINTS, `${JSON.stringify(known, undefined, 1).replaceAll(POINT, '[$1, $2]')}\n`);
}
