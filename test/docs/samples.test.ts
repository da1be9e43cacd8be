import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';
import { TestDriver } from 'mullion/testing';
import { describe, expect, test } from 'vitest';
import flights, { type Flight } from '../../examples/flights.ts';
import { flightsByArrival } from '../../local/flights-by-arrival.ts';
import { type Page, pages, ROOT, samples } from './pages.ts';

/** Where the names of the package lead, as its `exports` say. */
const { exports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, { 'mullion-source': string }>;
};

const all = pages();
const readme = all.find(({ path }) => path === 'README.md') as Page;

const onOneLine = (code: string) => code.replaceAll(/\s+/g, ' ').trim();

describe('the README', () => {
  test('shows the pipeline of examples/flights.ts', () => {
    const [sample = ''] = samples(readme, 'ts');
    const example = readFileSync(join(ROOT, 'examples', 'flights.ts'), 'utf8');
    const withoutTalk = example
      .replace(/export interface Flight \{.*?^\}/ms, '')
      .replaceAll(/\/\*\*.*?\*\//gs, '')
      .replaceAll(/^ *\/\/.*$/gm, '');
    expect(onOneLine(sample)).toBe(onOneLine(withoutTalk));
  });

  test('tests a pipeline in a way that runs', async () => {
    const sample = samples(readme, 'ts').find((code) => code.includes('mullion/testing')) ?? '';
    // A flight has a little more than the sample shows.
    const body = sample.replaceAll(/^import .*$/gm, '').replace(', …', ", distance: 1, destination: 'DFW'");
    const run = compileFunction(`return (async () => {${body}})()`, ['TestDriver', 'flights', 'expect']) as (
      ...given: [typeof TestDriver<Flight>, typeof flights, typeof expect]
    ) => Promise<void>;
    expect.assertions(1);
    await run(TestDriver<Flight>, flights, expect);
  });
});

test('docs/ENRICHMENT.md shows a pipeline that is tested', () => {
  const [sample] = samples(all.find(({ path }) => path === 'docs/ENRICHMENT.md') as Page, 'ts');
  expect(sample).toBe(readFileSync(join(ROOT, 'test', 'local', 'examples', 'orders.ts'), 'utf8'));
});

test('docs/PANES.md shows a real pane', async () => {
  const [sample = ''] = samples(all.find(({ path }) => path === 'docs/PANES.md') as Page, 'json');
  const driver = new TestDriver(flights);
  const arrivals = flightsByArrival();
  const panes: unknown[] = [];
  for (let at = 0; panes.length === 0; at += 10) panes.push(...(await driver.send(arrivals.slice(at, at + 10))));
  expect(JSON.parse(sample)).toEqual(panes[0]);
});

describe.each(all.filter((page) => samples(page, 'ts').some((code) => code.includes("from 'mullion"))))('$path', (page) => {
  const imports = samples(page, 'ts').flatMap((code) => [...code.matchAll(/^import \{([^}]*)\} from '(mullion[^']*)'/gm)]);

  test.for(imports)('%s', async ([, names = '', from = '']) => {
    const source = exports[from.replace('mullion', '.')]?.['mullion-source'];
    const module = (await import(join(ROOT, source ?? from))) as Record<string, unknown>;
    const values = names.split(',').filter((name) => !/^\s*type /.test(name));
    expect(values.map((name) => name.trim()).filter((name) => !Object.hasOwn(module, name))).toEqual([]);
  });
});
