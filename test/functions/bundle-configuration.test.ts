import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { BundleError, bundleApi, bundleFunction, configuredRetention, evaluateDefinition } from '../../functions/bundle.ts';

const root = join(import.meta.dirname, '..', '..');
const flights = (extension: string) => join(root, 'examples', `flights.${extension}`);
const folder = mkdtempSync(join(tmpdir(), 'mullion-bundle-configuration-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => void vi.unstubAllEnvs());

function write(name: string, text: string): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

/** The sources that a bundle was made of. */
function sourcesOf(outdir: string): readonly string[] {
  const maps = readdirSync(outdir, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.map'));
  return maps.flatMap((path) => (JSON.parse(readFileSync(join(outdir, path), 'utf8')) as { sources: string[] }).sources);
}

/** As Lambda would, far from any node_modules. */
function startAlone(file: string): { readonly stdout: string; readonly stderr: string } {
  const env = {
    AWS_REGION: 'us-east-1',
    MULLION_TABLE: 'table',
    MULLION_INPUT_STREAM: 'input',
    MULLION_OUTPUT_STREAM: 'output',
    MULLION_SIDE_STREAM: 'side',
    MULLION_RETENTION_DAYS: '30',
  };
  const code = `const { handler } = await import(${JSON.stringify(file)}); console.log(typeof handler);`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', code], { cwd: folder, encoding: 'utf8', env });
  return { stdout, stderr };
}

describe('a configuration becomes a function', () => {
  const bundle = (extension: string) => {
    const outdir = join(folder, extension);
    return { outdir, ...bundleFunction({ kind: 'fire', pipelineEntry: flights(extension), outdir }) };
  };
  const [fromYaml, fromCode] = [bundle('yaml'), bundle('ts')];

  it('which holds what it says, and nothing that reads it', () => {
    const sources = sourcesOf(fromYaml.outdir);
    expect(sources).toContain('shared/configuration/configured-pipeline.ts');
    expect(sources.filter((source) => /node_modules\/(?:yaml|fastest)|-schema\.ts$|read-configuration|source-text/.test(source))).toEqual(
      sourcesOf(fromCode.outdir).filter((source) => /node_modules\/fastest/.test(source)),
    );
    expect(sources.filter((source) => source.includes('temporal-polyfill'))).toEqual([]);
    // What the example does not use of aggregates, windows, triggers and patterns.
    expect(fromYaml.sizeBytes - fromCode.sizeBytes).toBeLessThan(40_000);
  });

  it('with all time zones only where a window is by the calendar', () => {
    const week = { type: 'calendar', unit: 'week', aggregates: { n: 'count' } };
    const definition = { name: 'orders', timestamp: 'at', watermark: { delay: '5s' }, key: 'k', windows: { week } };
    const outdir = join(folder, 'calendar');
    const { file } = bundleFunction({ kind: 'fire', pipelineEntry: write('week.json', JSON.stringify(definition)), outdir });
    expect(sourcesOf(outdir).some((source) => source.includes('temporal-polyfill'))).toBe(true);
    expect(startAlone(file)).toEqual({ stdout: 'function\n', stderr: '' });
  });

  it('that starts with nothing but Node', () => {
    expect(startAlone(fromYaml.file)).toEqual({ stdout: 'function\n', stderr: '' });
  });

  it('or, with others, the API', () => {
    const outdir = join(folder, 'api');
    bundleApi({ pipelineEntries: [flights('ts'), { path: flights('yaml'), profile: 'production' }, flights('yaml')], outdir });
    expect(readFileSync(join(outdir, 'index.mjs'), 'utf8').match(/JSON\.parse\(['"`]\{\\?"name\\?":\\?"flights/g)).toHaveLength(2);
  });
});

describe('what a configuration says is known before it is deployed', () => {
  const windows = [{ name: 'departures', allowedLatenessMs: 7_200_000 }];

  it('by its profile', () => {
    expect(evaluateDefinition(flights('yaml'))).toEqual({ name: 'flights', lanes: 1, windows });
    expect(evaluateDefinition({ path: flights('yaml'), profile: 'production' })).toEqual({ name: 'flights', lanes: 2, windows });
    expect(configuredRetention({ path: flights('yaml'), profile: 'production' })).toEqual({
      stateMs: 5_184_000_000,
      streamsMs: 604_800_000,
    });
    expect(configuredRetention(flights('yaml'))).toEqual({});
  });

  it('which the environment may name', () => {
    vi.stubEnv('MULLION_PROFILE', 'production');
    expect(evaluateDefinition(flights('yaml')).lanes).toBe(2);
    expect(evaluateDefinition({ path: flights('yaml'), profile: 'development' }).lanes).toBe(1);
    vi.stubEnv('MULLION_PROFILE', '');
    expect(evaluateDefinition(flights('yaml')).lanes).toBe(1);
  });

  it('and one that is none is refused with its place', () => {
    const path = write('pipeline.yml', 'name: orders\ntimestamp: at\nwatermark: { delay: 5 }\nwindows: {}\n');
    for (const attempt of [
      () => evaluateDefinition(path),
      () => bundleFunction({ kind: 'ingest', pipelineEntry: path, outdir: join(folder, 'no') }),
    ]) {
      expect(attempt).toThrow(BundleError);
      expect(attempt).toThrow(`${path}:3:21: watermark.delay is 5; a duration is needed, such as 30s, 5m, 1h`);
    }
  });
});
