import { Buffer } from 'node:buffer';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Pane } from 'mullion';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { Explanation } from '../../shared/provenance/explanation.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { mullion } from '../fixtures/mullion-process.ts';
import { KEYS } from './corpus/keys.ts';
import { NAMES } from './corpus/names.ts';
import { NUMBERS } from './corpus/numbers.ts';
import { SHAPES } from './corpus/shapes.ts';
import { TEXTS } from './corpus/texts.ts';
import { TIMES } from './corpus/times.ts';
import { CONTEXT, deliveryOf } from './hostile-run.ts';
import { readings } from './readings.ts';

const READINGS = fileURLToPath(new URL('examples/readings.ts', import.meta.url));
// What is one line, as `mullion run` reads them. They arrive when they are read: none is of the future.
const LINES = [...NAMES, ...SHAPES, ...TEXTS, ...NUMBERS, ...TIMES, ...KEYS].filter(
  ({ bytes, counts, code }) =>
    code !== 'future' &&
    (counts.folded ?? 0) + (counts.invalid ?? 0) === 1 &&
    !Buffer.from(bytes).includes(0x0a) &&
    Buffer.from(bytes).toString().trim() !== '',
);

const folder = mkdtempSync(join(tmpdir(), 'mullion-hostile-'));
afterAll(() => rmSync(folder, { recursive: true }));

// A process takes a moment to start, and these files are of 100 MB.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

function documents<T>(text: string): T[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

describe('mullion run', () => {
  test('on a file of nothing but hostile lines accounts for each of them, and says why', async () => {
    const input = join(folder, 'lines');
    // An id of its own each, for duplicates are not looked at any further.
    const lines = LINES.map(({ bytes }, n) => Buffer.from(bytes).toString('latin1').replace('"id":"specimen"', `"id":"specimen ${n}"`));
    writeFileSync(input, lines.join('\n'), 'latin1');
    const [output, side] = [join(folder, 'panes'), join(folder, 'refused')];
    const { code, stderr } = await mullion(['run', READINGS, '--input', input, '--output', output, '--side', side, '--batch-size', '1000']);
    expect(code).toBe(0);
    const summary = /read ([\d,]+) = folded ([\d,]+) \+ filtered 0 \+ late ([\d,]+) \+ invalid ([\d,]+) \+ duplicate ([\d,]+)/.exec(
      stderr[0] as string,
    );
    const [read, , late, invalid] = (summary ?? []).slice(1).map((count) => Number(count.replaceAll(',', ''))) as [
      number,
      number,
      number,
      number,
    ];
    expect(read).toBe(LINES.length);
    expect(invalid).toBe(LINES.filter(({ counts }) => counts.invalid === 1).length);
    const refusals = documents<RecordRefusal>(readFileSync(side, 'utf8'));
    expect(refusals.filter(({ part }) => (part?.number ?? 1) === 1)).toHaveLength(invalid + late);
    expect(documents<Pane>(readFileSync(output, 'utf8')).length).toBeGreaterThan(10);
  });

  test.each<[what: string, bytes: Uint8Array, says: RegExp]>([
    ['a line without an end', Buffer.alloc(12 * 1024 * 1024, '{"a":1,'), /has a line of more than 10485760 bytes/],
    ['an array element without an end', Buffer.alloc(12 * 1024 * 1024, '[{"a":'), /has an element of more than 10485760 bytes/],
    ['a gzip that is none', Buffer.concat([Buffer.from([0x1f, 0x8b]), Buffer.alloc(100, 1)]), /cannot be read/],
    ['bytes that are nothing', Buffer.from([0xff, 0xfe, 0x00]), /none of its 1 records is a valid event/],
  ])('on %s says so, and ends', async (_what, bytes, says) => {
    const input = join(folder, 'input');
    writeFileSync(input, bytes);
    const { code, stdout, stderr } = await mullion(['run', READINGS, '--input', input]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.join('\n')).toMatch(says);
    expect(stderr.join('\n').length).toBeLessThan(2_000);
  });
});

describe('mullion explain', () => {
  const keys = ['__proto__', 'constructor', '\u001B[2J', '\u009Bm\u202Ea', '☃:0-1:é:0', '-0', '%&=*'];
  let table: LogTable;
  let panes: readonly Pane[];

  beforeAll(async () => {
    table = await LogTable.on(await startDynalite());
    const deployment = new MemoryDeployment();
    const logStore = new DynamoDBLogStore({ client: table.client(), tableName: table.tableName, clock: systemClock, retentionDays: 30 });
    const events = keys.map(
      (key, n) => NAMES[0] && JSON.stringify({ ...(JSON.parse(String(NAMES[0].bytes)) as object), key, id: String(n) }),
    );
    await createIngestHandler(readings, { ...deployment.ports, logStore })(deliveryOf(events as string[]), CONTEXT);
    await createFireHandler(readings, { ...deployment.ports, logStore })({ action: 'drain' }, CONTEXT);
    ({ panes } = deployment);
  });
  afterAll(async () => table.stop());

  test.each(keys)('of a pane with the key %j names its records, and puts no control character on the terminal', async (key) => {
    const pane = panes.find((each) => each.window === 'numbers' && each.key === key) as Pane;
    const args = [READINGS, pane.id, '--table', table.tableName, '--endpoint', table.endpoint];
    const { code, stdout, stderr } = await mullion(['explain', ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
    expect(stdout).toContain("1 event in 1 commit of 1 shard = the pane's count 1");
    expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u202A-\u202E]/u);
    const asJson = await mullion(['explain', ...args, '--json']);
    expect((JSON.parse(asJson.stdout) as Explanation).pane).toEqual(pane);
  });

  test.each([
    '',
    ':',
    '__proto__',
    'readings:numbers:0-10000:__proto__:0',
    `readings:numbers:0-1:${'k'.repeat(10_000)}:0`,
    'readings:constructor:0-1:a:0',
  ])('of %j, which is no pane, says so in a line', async (id) => {
    const { code, stdout, stderr } = await mullion(['explain', READINGS, id, '--table', table.tableName, '--endpoint', table.endpoint]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr[0]).toMatch(/^mullion: /);
    expect(stderr.join('\n')).not.toMatch(/ {4}at /);
  });
});
