import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';
import { ROOT } from './pages.ts';

const textOf = (path: string) => readFileSync(join(ROOT, path), 'utf8');
const { exports } = JSON.parse(textOf('package.json')) as { exports: Record<string, string | { 'mullion-source': string }> };
const sources = Object.entries(exports).flatMap(([name, at]) =>
  typeof at === 'string' ? [] : [{ name: name.replace('.', 'mullion'), path: at['mullion-source'].replace('./', '') }],
);

test('the reference has every entry of the package, and no other', () => {
  const { config } = ts.readConfigFile(join(ROOT, 'typedoc.jsonc'), (path) => readFileSync(path, 'utf8')) as {
    config: { entryPoints: string[] };
  };
  expect(config.entryPoints).toEqual(sources.map(({ path }) => path));
});

test('every entry is called in it as one imports it', () => {
  for (const { name, path } of sources) expect(textOf(path).split('*/')[0]).toContain(` * @module ${name}\n`);
});
