import { beforeAll, describe, expect, test } from 'vitest';
import { runInTemporaryProject, TOOL_TIMEOUT_MS } from './temporary-project.ts';

const CLOCK = 'take the Clock port';
const RANDOMNESS = 'derive the value from its inputs';
const ENVIRONMENT = 'the composition root in functions/ reads it';
const ZONE = "machine's time zone or locale";
const OUTPUT = 'return what happened in the outcome';
const NETWORK = 'an adapter makes the call';
const FILES = 'an adapter stores';
const LOADING = 'import it statically';
const OTHER = 'not on the list of what the engine may use';

const REFUSED: readonly (readonly [code: string, instead: string])[] = [
  ['export const now = Date.now();', CLOCK],
  ["export const now = Date['now']();", CLOCK],
  ['export const { now } = Date;', CLOCK],
  ['export const today = new Date();', CLOCK],
  ['export const today = (...parts: []) => new Date(...parts);', CLOCK],
  ['export const today = Date();', CLOCK],
  ['export const clocks = [Date];', CLOCK],
  ['export const now = performance.now();', CLOCK],
  ["import { performance } from 'node:perf_hooks';\nexport const now = performance.now();", CLOCK],
  ['setTimeout(() => undefined, 1);', CLOCK],
  ['setInterval(() => undefined, 1);', CLOCK],
  ['setImmediate(() => undefined);', CLOCK],
  ["import { setTimeout as pause } from 'node:timers/promises';\nawait pause(1);", CLOCK],
  ['export const signal = AbortSignal.timeout(1);', CLOCK],
  ['export const midnight = new Date(2024, 0, 1);', ZONE],
  ['export const hour = (date: Date) => date.getHours();', ZONE],
  ['export const order = (a: string, b: string) => a.localeCompare(b);', ZONE],
  ["export const format = new Intl.DateTimeFormat('en-US', { hour: 'numeric' });", ZONE],
  ['export const format = new Intl.NumberFormat();', ZONE],
  ['export const roll = Math.random();', RANDOMNESS],
  ['export const { random } = Math;', RANDOMNESS],
  ['export const id = crypto.randomUUID();', RANDOMNESS],
  ["import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();", RANDOMNESS],
  ["import * as hashes from 'node:crypto';\nexport const id = hashes.randomUUID();", RANDOMNESS],
  ["import hashes from 'node:crypto';\nexport const id = hashes.randomUUID();", RANDOMNESS],
  ["export { randomUUID } from 'node:crypto';", RANDOMNESS],
  ['export const table = process.env.MULLION_TABLE;', ENVIRONMENT],
  ["import { env } from 'node:process';\nexport const table = env.MULLION_TABLE;", ENVIRONMENT],
  ["import { hostname } from 'node:os';\nexport const host = hostname();", ENVIRONMENT],
  ['export const now = globalThis.Date.now();', ENVIRONMENT],
  ['export const now = global.performance.now();', ENVIRONMENT],
  ['export const here = import.meta.dirname;', ENVIRONMENT],
  ["console.log('fired');", OUTPUT],
  ["export const answer = await fetch('https://example.org');", NETWORK],
  ["export const socket = new WebSocket('wss://example.org');", NETWORK],
  ["import { connect } from 'node:net';\nexport const socket = connect(1);", NETWORK],
  ["import { get } from 'node:https';\nexport const request = get('https://example.org');", NETWORK],
  ["import { readFileSync } from 'node:fs';\nexport const text = readFileSync('x', 'utf8');", FILES],
  ["import { readFile } from 'fs/promises';\nexport const text = await readFile('x', 'utf8');", FILES],
  ["export const files = await import('node:fs');", LOADING],
  ["export const files: unknown = require('node:fs');", LOADING],
  ["import { Worker } from 'node:worker_threads';\nexport const worker = new Worker('x');", OTHER],
  ["export const channel = new BroadcastChannel('x');", OTHER],
];

const ALLOWED: readonly string[] = [
  'export const at = (ms: number) => new Date(ms).toISOString();',
  'export const isDate = (value: unknown) => value instanceof Date;',
  'export const midnight = Date.UTC(2024, 0, 1);',
  "export const parsed = Date.parse('2024-01-01T00:00Z');",
  'export const hour = (date: Date): number => date.getUTCHours();',
  "export const format = new Intl.DateTimeFormat('en-US', { timeZone: 'Europe/Berlin', hour: 'numeric' });",
  'export const half = Math.floor(1.5);',
  "import { createHash, type Hash } from 'node:crypto';\nexport const hash: Hash = createHash('sha256');",
  "import type { Stats } from 'node:fs';\nexport type Size = Stats['size'];",
  "import { zstdCompressSync } from 'node:zlib';\nexport const packed = zstdCompressSync(Buffer.from('x'));",
  'export const double = (process: { readonly pid: number }) => process.pid * 2;',
  'export type Signal = AbortSignal;',
];

const PROJECT: readonly (readonly [path: string, code: string, rule: string])[] = [
  ['functions/fire/a.ts', 'declare const save: () => Promise<void>;\nexport function run(): void {\n  save();\n}', 'no-floating-promises'],
  ['functions/fire/b.ts', 'declare const save: () => Promise<void>;\n[1].forEach(async () => save());', 'no-misused-promises'],
  [
    'functions/fire/c.ts',
    "export function run(decision: 'append' | 'skip'): number {\n  switch (decision) {\n    case 'append':\n      return 1;\n  }\n  return 0;\n}",
    'switch-exhaustiveness-check',
  ],
  ['functions/fire/d.ts', 'export const value: any = 1;', 'no-explicit-any'],
  ['functions/fire/e.ts', "export const value: string = JSON.parse('{}');", 'no-unsafe-assignment'],
  ['functions/fire/f.ts', 'export default 1;', 'no-default-export'],
  ['functions/fire/firePanes.ts', 'export const value = 1;', 'filename-case'],
];

const refusedPath = (index: number) => `shared/firing/refused-${index}.ts`;
const adapterPath = (index: number) => `shared/adapters/refused-${index}.ts`;
const allowedPath = (index: number) => `shared/firing/allowed-${index}.ts`;
const EXAMPLE = 'examples/pipeline.ts';

interface OxlintReport {
  readonly diagnostics: readonly { readonly filename: string; readonly code: string; readonly message: string }[];
}

let report: OxlintReport;

beforeAll(async () => {
  const files = {
    ...Object.fromEntries(REFUSED.flatMap(([code], index) => [refusedPath(index), adapterPath(index)].map((path) => [path, code]))),
    ...Object.fromEntries(ALLOWED.map((code, index) => [allowedPath(index), code])),
    ...Object.fromEntries(PROJECT.map(([path, code]) => [path, code])),
    [EXAMPLE]: 'export default 1;',
  };
  report = JSON.parse(await runInTemporaryProject(files, 'node_modules/oxlint/bin/oxlint', '--format', 'json')) as OxlintReport;
}, TOOL_TIMEOUT_MS);

const about = (path: string) =>
  report.diagnostics.filter(({ filename }) => filename === path).map(({ code, message }) => `${code}: ${message}`);
const hiddenInputs = (path: string) => about(path).filter((complaint) => complaint.startsWith('engine(no-hidden-input)'));

describe('the linter keeps hidden inputs out of the engine', () => {
  test.each(REFUSED.map(([code, instead], index) => ({ code, instead, index })))('$code: $instead', ({ instead, index }) => {
    expect(hiddenInputs(refusedPath(index))).toEqual([expect.stringContaining(instead)]);
  });

  test('it refuses nothing in an adapter, whose work is with the outside', () => {
    expect(REFUSED.flatMap((_, index) => hiddenInputs(adapterPath(index)))).toEqual([]);
  });

  test.each(ALLOWED.map((code, index) => ({ code, index })))('allowed: $code', ({ index }) => {
    expect(about(allowedPath(index))).toEqual([]);
  });
});

describe('the linter holds the project to its rules', () => {
  test.each(PROJECT.map(([path, , rule]) => ({ path, rule })))('$rule', ({ path, rule }) => {
    expect(about(path).join()).toContain(`(${rule})`);
  });

  test('only a pipeline may be a default export', () => {
    expect(about(EXAMPLE)).toEqual([]);
  });
});
