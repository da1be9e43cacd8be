import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { isPublished, METRICS, type MetricName, PIPELINE_DIMENSION, SHARD_DIMENSION } from '../../functions/telemetry/metric-catalogue.ts';
import { type Page, pages, ROOT } from './pages.ts';

const page = pages().find(({ path }) => path === 'docs/METRICS.md') as Page;
const ROW = /^\| `(?<name>\w+)` \| (?<unit>\w+) \| (?<dimensions>[\w, ]+) \| (?<level>\w+) \| (?<by>\w+) \| (?<meaning>.+) \|$/gm;
const rows = [...page.text.matchAll(ROW)].map(({ groups }) => groups as Record<'name' | 'unit' | 'dimensions' | 'level', string>);

test('docs/METRICS.md has every metric that there is, with its unit, its dimensions and its level, in the order of the code', () => {
  expect(rows.map(({ name, unit, dimensions, level }) => ({ name, unit, dimensions, level }))).toEqual(
    Object.entries(METRICS).map(([name, { unit, level }]) => ({
      name,
      unit,
      dimensions: level === 'shards' ? `${PIPELINE_DIMENSION}, ${SHARD_DIMENSION}` : PIPELINE_DIMENSION,
      level,
    })),
  );
});

test('every metric is gathered somewhere in the functions', () => {
  const sources = readdirSync(join(ROOT, 'functions'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.endsWith('metric-catalogue.ts'))
    .map((path) => readFileSync(join(ROOT, 'functions', path), 'utf8'))
    .join('');
  const gathered = new Set([...sources.matchAll(/\.(?:add|see)\('(\w+)'/g)].map(([, name]) => name));
  expect(gathered).toEqual(new Set(Object.keys(METRICS)));
});

test('a name ends with its unit, where that is not a count', () => {
  const endings = { Milliseconds: /Ms$/, Bytes: /Bytes$/, Count: /^(?!.*(?:Ms|Bytes)$)/ };
  for (const [name, { unit }] of Object.entries(METRICS)) expect(name).toMatch(endings[unit]);
});

test('every level publishes what the one before does, and more', () => {
  const at = (['none', 'vital', 'all', 'shards'] as const).map((level) =>
    Object.keys(METRICS).filter((name) => isPublished(name as MetricName, level)),
  );
  expect(at[0]).toEqual([]);
  for (const [index, names] of at.entries()) if (index > 0) expect(names).toEqual(expect.arrayContaining(at[index - 1] as string[]));
  expect(at.at(-1)).toEqual(Object.keys(METRICS));
  expect(new Set(at.map(({ length }) => length)).size).toBe(4);
});
