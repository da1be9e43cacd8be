import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { CommandError, UsageError } from '../../cli/command-error.ts';
import { loadPipeline } from '../../cli/load-pipeline.ts';
import { temperatures } from '../fixtures/temperature-pipeline.ts';

const folder = mkdtempSync(join(tmpdir(), 'mullion-load-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a pipeline module', () => {
  test('is loaded from a path, an absolute one or one from the working directory', async () => {
    const path = fileURLToPath(new URL('examples/temperatures.ts', import.meta.url));
    expect(await loadPipeline(path)).toBe(temperatures);
    expect(await loadPipeline(relative(process.cwd(), path))).toBe(temperatures);
  });

  test.each<[name: string, source: string, message: string]>([
    ['throws.mjs', 'throw new TypeError("nope\\nnot at all")', 'it cannot be loaded: TypeError: nope'],
    ['imports.mjs', "import './nothing-there.mjs'", 'it cannot be loaded: Error: '],
    ['named.mjs', 'export const a = 1, b = 2', 'its default export must be a pipeline(…); found no default export (it exports a, b)'],
    ['empty.mjs', '', 'its default export must be a pipeline(…); found no default export (it exports nothing)'],
    ['text.mjs', 'export default "flights"', "its default export must be a pipeline(…); found 'flights'"],
    ['options.mjs', 'export default { timestamp: (event) => event.at }', 'its default export must be a pipeline(…); found an object'],
  ])('like %s is refused in one line with its path', async (name, source, message) => {
    const path = join(folder, name);
    writeFileSync(path, source);
    await expect(loadPipeline(path)).rejects.toThrow(CommandError);
    await expect(loadPipeline(path)).rejects.toThrow(`${path}: ${message}`);
    await expect(loadPipeline(path)).rejects.toThrow(/^[^\n]*$/);
  });

  test('that is not there, or is a directory, is refused', async () => {
    await expect(loadPipeline(join(folder, 'missing.ts'))).rejects.toThrow(
      /missing\.ts: there is no such file; give the path of a pipeline module$/,
    );
    await expect(loadPipeline(folder)).rejects.toThrow(
      new CommandError(`${folder}: this is a directory; give the path of a pipeline module`),
    );
  });

  test('has no profiles', async () => {
    const path = fileURLToPath(new URL('examples/temperatures.ts', import.meta.url));
    await expect(loadPipeline(path, 'production')).rejects.toThrow(
      new UsageError(`${path}: --profile is for configurations (.yaml, .json); a module has none`),
    );
  });

  test('with a wrong definition is refused in the words of the definition', async () => {
    const path = fileURLToPath(new URL('examples/misspelled.ts', import.meta.url));
    await expect(loadPipeline(path)).rejects.toThrow(CommandError);
    await expect(loadPipeline(path)).rejects.toThrow(
      /^pipeline 'hasty', windows\.minutes\.alowedLateness: there is no option 'alowedLateness'; did you mean/,
    );
  });
});

describe('a configuration', () => {
  const yaml = fileURLToPath(new URL('../../examples/flights.yaml', import.meta.url));

  test('is read, under the profile that is asked for', async () => {
    expect((await loadPipeline(yaml)).lanes).toBe(1);
    expect((await loadPipeline(yaml, 'production')).lanes).toBe(2);
  });

  test('in JSON, too; and one that is none is refused with its place', async () => {
    const path = join(folder, 'pipeline.json');
    writeFileSync(path, JSON.stringify({ name: 'orders', timestamp: 'at', watermark: { delay: '5s' }, windows: {} }, undefined, 2));
    await expect(loadPipeline(path)).rejects.toThrow(CommandError);
    await expect(loadPipeline(path)).rejects.toThrow(`${path}:7:14: windows is an object; windows by name are needed`);
  });
});
