import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BundleError, bundleFunction, evaluateDefinition } from '../../functions/bundle.ts';

const root = join(import.meta.dirname, '..', '..');
const folder = mkdtempSync(join(tmpdir(), 'mullion-bundle-'));
afterAll(() => rmSync(folder, { recursive: true }));

function write(name: string, text: string): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Runs a module of a few lines far from any node_modules, as Lambda would. */
function runAlone(code: string): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      AWS_REGION: 'us-east-1',
      MULLION_TABLE: 'table',
      MULLION_INPUT_STREAM: 'input',
      MULLION_OUTPUT_STREAM: 'output',
      MULLION_SIDE_STREAM: 'side',
      MULLION_RETENTION_DAYS: '30',
      NODE_OPTIONS: '--enable-source-maps',
    },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

function sourceMap(text: string) {
  return z.looseObject({ sources: z.array(z.string()) }).parse(JSON.parse(text));
}

/** The texts of all files of a bundle, by path. */
function filesIn(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map(({ parentPath, name }) => relative(directory, join(parentPath, name)));
  return Object.fromEntries(paths.toSorted().map((path) => [path, readFileSync(join(directory, path), 'utf8')]));
}

/** The modules that are loaded with the first of a bundle: all but those that are imported when they are needed. */
function importedAtStart(files: Record<string, string>, from = 'index.mjs', found = new Set([from])): readonly string[] {
  for (const [, imported] of (files[from] as string).matchAll(/\b(?:from|import)"(\.[^"]*\.mjs)"/g)) {
    const path = join(dirname(from), imported as string);
    if (found.has(path)) continue;
    found.add(path);
    importedAtStart(files, path, found);
  }
  return [...found];
}

function refusalOf(pipelineEntry: string): string {
  const outdir = join(folder, 'refused');
  try {
    bundleFunction({ kind: 'ingest', pipelineEntry, outdir });
  } catch (error) {
    if (!(error instanceof BundleError)) throw error;
    expect(existsSync(outdir)).toBe(false);
    return error.message;
  }
  throw new Error('it was bundled');
}

describe('a pipeline that cannot become a function', () => {
  it('because it is missing', () => {
    const message = refusalOf('nowhere/pipeline.ts');
    expect(message).toContain(`There is no pipeline file at ${join(process.cwd(), 'nowhere/pipeline.ts')}`);
    expect(message).toContain(`relative paths count from ${process.cwd()}`);
  });

  it('because it is a folder', () => {
    expect(refusalOf(folder)).toContain(`There is no pipeline file at ${folder}`);
  });

  it('because it is not TypeScript: the place is named', () => {
    const path = write('broken.ts', 'export default {\n  size: = 1,\n};\n');
    const message = refusalOf(path);
    expect(message).toContain(`The pipeline ${path} does not compile:`);
    expect(message).toContain(`${path}:2:9: Unexpected "="`);
  });

  it('because something that it imports is missing', () => {
    const path = write('unresolved.ts', "import { size } from './sizes.ts';\nexport default { size };\n");
    expect(refusalOf(path)).toContain(`${path}:1:22: Could not resolve "./sizes.ts"`);
  });

  it('because it has named exports only: they are listed', () => {
    const path = write('named.ts', 'export const flights = {};\nexport const delays = {};\n');
    expect(refusalOf(path)).toContain(`${path} has no default export; it exports delays, flights. Put "export default"`);
  });

  it('because it is empty', () => {
    expect(refusalOf(write('empty.ts', ''))).toContain('has no default export; it exports nothing.');
  });
});

describe('in the installed package', () => {
  const installed = join(folder, 'app', 'node_modules', 'mullion');
  // In one file each, where the compiler that builds the package keeps them apart.
  for (const name of ['bundle', 'bundle-page']) {
    const { outputFiles } = buildSync({
      entryPoints: [join(root, 'functions', `${name}.ts`)],
      bundle: true,
      packages: 'external',
      platform: 'node',
      format: 'esm',
      write: false,
    });
    write(`app/node_modules/mullion/dist/functions/${name}.js`, outputFiles[0]?.text ?? '');
  }
  write(
    'app/node_modules/mullion/package.json',
    '{"type":"module","exports":{".":{"mullion-source":"./no.ts","default":"./dist/shared/mullion.js"}}}',
  );
  write('app/node_modules/mullion/dist/shared/mullion.js', 'export const engine = "dist";\n');
  for (const [kind, factory] of [
    ['ingest', 'createIngestHandler'],
    ['fire', 'createFireHandler'],
  ] as const) {
    write(
      `app/node_modules/mullion/dist/functions/${kind}/handler.js`,
      `import { engine } from '../../shared/mullion.js';\nexport const ${factory} = (definition) => () => [engine, '${kind}', definition];\n`,
    );
  }
  // What the bundler and the reader of configurations need; esbuild brings no dependency, and neither do the others.
  for (const name of ['esbuild', 'fastest-levenshtein', 'temporal-polyfill', 'yaml', 'zod'])
    symlinkSync(join(root, 'node_modules', name), join(folder, 'app', 'node_modules', name));

  it.each(['ingest', 'fire'] as const)('%s is built from dist/, with the pipeline and its mullion', (kind) => {
    const pipeline = write(
      'app/src/pipeline.ts',
      "import { engine } from 'mullion';\nexport default { name: 'orders' as string, engine };\n",
    );
    const bundle = JSON.stringify(pathToFileURL(join(installed, 'dist', 'functions', 'bundle.js')).href);
    const request = JSON.stringify({ kind, pipelineEntry: pipeline, outdir: join(folder, 'out', kind) });
    const output = runAlone(
      `import { bundleFunction } from ${bundle};
       const { handler } = await import(bundleFunction(${request}).file);
       console.log(JSON.stringify(handler()));`,
    );
    expect(JSON.parse(output)).toEqual(['dist', kind, { name: 'orders', engine: 'dist' }]);
  });
});

describe('in a checkout', () => {
  const pipelineEntry = join(root, 'examples', 'flights.ts');

  it('a pipeline of a project elsewhere gets the sources of the checkout, not the package that the project has installed', () => {
    write(
      'project/node_modules/mullion/package.json',
      '{"type":"module","exports":{".":{"mullion-source":"./no.ts","default":"./no.js"}}}',
    );
    const elsewhere = write('project/pipeline.ts', readFileSync(pipelineEntry, 'utf8'));
    const outdir = join(folder, 'elsewhere');
    bundleFunction({ kind: 'ingest', pipelineEntry: elsewhere, outdir });
    const sources = Object.entries(filesIn(outdir)).flatMap(([name, text]) => (name.endsWith('.map') ? sourceMap(text).sources : []));
    expect(sources).toContain('shared/pipeline/define-pipeline.ts');
    expect(sources.filter((source) => source.includes('project/'))).toEqual([relative(root, elsewhere)]);
    expect(evaluateDefinition(elsewhere)).toEqual(evaluateDefinition(pipelineEntry));
  });

  it.each(['ingest', 'fire'] as const)('%s of the example needs nothing but Node', (kind) => {
    const bundled = bundleFunction({ kind, pipelineEntry, outdir: join(folder, 'a', kind) });
    expect(bundled.file).toBe(join(folder, 'a', kind, 'index.mjs'));
    expect(runAlone(`const { handler } = await import(${JSON.stringify(bundled.file)}); console.log(typeof handler);`)).toBe('function\n');

    const files = filesIn(join(folder, 'a', kind));
    const modules = Object.keys(files).filter((name) => name.endsWith('.mjs'));
    expect(bundled.sizeBytes).toBe(modules.reduce((bytes, name) => bytes + Buffer.byteLength(files[name] as string), 0));
    // Something large came in by mistake when this fails.
    expect(bundled.sizeBytes).toBeLessThan(600_000);
    // A part that nothing imports is of code that was left out.
    const isImported = (name: string) => modules.some((other) => other !== name && (files[other] as string).includes(`/${basename(name)}`));
    expect(modules.filter((name) => name !== 'index.mjs' && !isImported(name))).toEqual([]);
    // What a cold start reads.
    const atStart = importedAtStart(files);
    expect(atStart.reduce((bytes, name) => bytes + Buffer.byteLength(files[name] as string), 0)).toBeLessThan(490_000);
    // Importing these loads `fetch`, WebSocket and HTTP/2, which no function needs.
    for (const name of atStart) expect(files[name]).not.toMatch(/from"(?:node:)?(?:http|https|http2)"/);

    const maps = modules.map((name) => sourceMap(files[`${name}.map`] as string));
    for (const map of maps) expect(map).not.toHaveProperty('sourcesContent');
    const sources = maps.flatMap((map) => map.sources);
    expect(sources).toContain('examples/flights.ts');
    expect(sources).toContain(`functions/${kind}/handler.ts`);
    // It has no objects, and looks nothing up.
    expect(sources.filter((source) => /node_modules\/(?:@aws-sdk\/client-s3|lru-cache)\//.test(source))).toEqual([]);
    // What the example means by 'mullion' are the sources beside it.
    expect(sources).toContainEqual(expect.stringMatching(/^shared\//));

    // The place does not show, or every machine would deploy its own.
    const elsewhere = join(folder, 'b', kind);
    bundleFunction({ kind, pipelineEntry, outdir: elsewhere });
    expect(filesIn(elsewhere)).toEqual(files);
    // Nor what was built there before.
    writeFileSync(join(elsewhere, 'parts', 'of-another-build.mjs'), '');
    bundleFunction({ kind, pipelineEntry, outdir: elsewhere });
    expect(filesIn(elsewhere)).toEqual(files);
  });
});
