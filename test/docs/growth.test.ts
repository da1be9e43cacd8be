import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { drawPlot } from '../../bench/growth/draw-plot.ts';
import { withTables } from '../../bench/growth/growth-page.ts';
import type { MeasuredGrowth } from '../../bench/growth/measured-growth.ts';
import { measurementsIn } from '../../bench/own-process.ts';
import { type Page, pages, ROOT } from './pages.ts';

const page = pages().find(({ path }) => path === 'docs/GROWTH.md') as Page;
const FOLDER = join(ROOT, 'docs', 'growth');
const measured = JSON.parse(readFileSync(join(FOLDER, 'points.json'), 'utf8')) as Record<string, MeasuredGrowth>;
const plots = Object.assign({}, ...Object.values(measured).map((each) => each.plots)) as MeasuredGrowth['plots'];

describe('docs/GROWTH.md', () => {
  test('has the points of every picture below it, as they were measured', () => {
    expect(withTables(page.text, plots)).toBe(page.text);
  });

  test('shows everything that is measured, and nothing else', () => {
    const shown = [...page.text.matchAll(/\]\(growth\/([\w-]+)\.svg\)/g)].map(([, name = '']) => name);
    expect(Object.keys(measured)).toEqual(measurementsIn('growth/curves'));
    expect(shown.toSorted()).toEqual(Object.keys(plots).toSorted());
    expect(readdirSync(FOLDER).toSorted()).toEqual([...shown.map((name) => `${name}.svg`), 'points.json'].toSorted());
  });

  test('names only knobs that are there', () => {
    const definitions = ['infra/constructs/window-pipeline-props.ts', 'shared/pipeline/pipeline-options.ts'];
    const options = definitions.flatMap((path) =>
      [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => name),
    );
    const knobs = [...page.text.matchAll(/^\|.*\|(?<cell>[^|]*)\|$/gm)].flatMap(({ groups }) =>
      [...(groups?.cell ?? '').matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name),
    );
    expect(knobs.length).toBeGreaterThan(10);
    expect(knobs.filter((knob) => !options.includes(knob))).toEqual([]);
  });
});

// `npm run bench:growth -- --draw` draws them again.
test.each(Object.entries(plots))('docs/growth/%s.svg is a drawing of its points', (name, plot) => {
  expect(drawPlot(plot)).toBe(readFileSync(join(FOLDER, `${name}.svg`), 'utf8'));
});
