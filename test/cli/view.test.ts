import { once } from 'node:events';
import { join } from 'node:path';
import type { Pane } from 'mullion';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import purchasesPipeline from '../../examples/purchases.ts';
import { purchases } from '../../local/examples/purchases.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';
import { mullion, startMullion } from '../fixtures/mullion-process.ts';

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 60_000 });

const EXAMPLE = join(import.meta.dirname, '..', '..', 'examples', 'purchases.ts');
const ALL = purchases();
const HALF = Math.floor(ALL.length / 2);

let table: LogTable;
let ingest: Ingest<never>;
let fire: Fire;
const output = new MemoryPublisher();
const panes = () => output.documents<Pane>();

beforeAll(async () => {
  table = await LogTable.on(await startDynalite());
  const logStore = new DynamoDBLogStore({ client: table.client(), tableName: table.tableName, clock: systemClock, retentionDays: 30 });
  const ports = { logStore, clock: systemClock, outputStream: output, sideStream: new MemoryPublisher() };
  const pipeline = purchasesPipeline as unknown as Pipeline<never>;
  ingest = new Ingest(pipeline, ports);
  fire = new Fire(pipeline, { ...ports, shards: fixedShards(SHARD), shardProbe: busyShards });
  await send(0, HALF);
});

afterAll(async () => table.stop());

async function send(from: number, to: number): Promise<void> {
  const records = ALL.slice(from, to).map(({ event, arrivedAtMs }, index) =>
    delivered(from + index + 1, JSON.stringify(event), arrivedAtMs),
  );
  await ingest.ingest(SHARD, records);
  await fire.fire();
}

const argsOf = (command: string, ...args: string[]) => [
  command,
  EXAMPLE,
  '--table',
  table.tableName,
  '--endpoint',
  table.endpoint,
  ...args,
];
const look = async (command: string, ...args: string[]) => mullion(argsOf(command, ...args));
const linesOf = (text: string) => text.trimEnd().split('\n');

describe('mullion status', () => {
  test('says how a pipeline stands', async () => {
    const { code, stdout, stderr } = await look('status');
    expect({ code, stderr }).toEqual({ code: 0, stderr: [] });
    expect(stdout).toMatch(
      /^pipeline {4}purchases, running\nwatermark {3}2026-11-27 12:00:\S+, [\d,]+ (?:s|min|h|days) (?:behind|ahead), waits for shardId-000000000000$/m,
    );
    expect(stdout).toContain(`events      read ${HALF} = folded ${HALF} + filtered 0 + late 0 + invalid 0`);
    expect(stdout).toMatch(new RegExp(`^windows {5}\\d+ open, ${panes().length} panes fired$`, 'm'));
  });

  test('is one object with --json', async () => {
    expect(JSON.parse((await look('status', '--json')).stdout)).toMatchObject({
      pipeline: 'purchases',
      state: 'running',
      counts: { read: HALF },
      conservationDifference: 0,
    });
  });

  test('says what to check where the table knows no such pipeline', async () => {
    const { code, stderr } = await look('status', '--name', 'purchases-again');
    expect(code).toBe(1);
    expect(stderr).toEqual([
      `mullion: table 'logs' holds nothing of a pipeline 'purchases-again'; check --table and --name, and put events on its input stream`,
    ]);
  });
});

test('mullion watermarks says which shard holds the pipeline back', async () => {
  const [first, ...rows] = linesOf((await look('watermarks')).stdout);
  expect(first).toMatch(/^pipeline {14}2026-11-27 12:00:/);
  expect(rows).toEqual([
    expect.stringMatching(/^shardId-000000000000 {2}2026-11-27 12:00:\S+ {2}[\d,]+ (?:s|min|h|days) (?:behind|ahead) {2}holds it back$/),
  ]);
});

describe('mullion windows', () => {
  test('lists what is open, and what it holds of some keys', async () => {
    const { stdout, code } = await look('windows', '--window', 'everyFive');
    expect(code).toBe(0);
    for (const line of linesOf(stdout))
      expect(line).toMatch(/^2026-11-27 12:00:\d\d–12:00:\d\d {2}everyFive {2}\d keys? {2,3}\d+ events?$/);
    const held = linesOf((await look('windows', '-w', 'everyFive', '--prefix', 'Ber', '--json')).stdout).map(
      (line) => JSON.parse(line) as unknown,
    );
    expect(held.length).toBeGreaterThan(0);
    for (const each of held)
      expect(each).toMatchObject({ window: 'everyFive', key: 'Berlin', content: { value: { users: expect.any(Number) } } });
  });

  test('shows what windows hold as it shows panes', async () => {
    const { stdout } = await look('windows', '--window', 'everyFive', '--prefix', 'Ber');
    for (const line of linesOf(stdout))
      expect(line).toMatch(/ {2}everyFive {2}Berlin {2}\d+ events? +total +[\d,.]+ {2}average +[\d.]+ {2}users +\d+ {2}purchases +\d+$/);
  });

  test('says when there is more than it shows, and which windows there are', async () => {
    const { stdout, stderr } = await look('windows', '--limit', '2');
    expect(linesOf(stdout)).toHaveLength(2);
    expect(stderr).toEqual(['there may be more than the 2 shown; give --limit, --window or --prefix']);
    expect((await look('windows', '--window', 'hourly')).stderr).toEqual([
      `mullion: --window hourly: pipeline 'purchases' has no such window; it has everyFive, lastFive, sprees`,
    ]);
  });
});

describe('mullion tail', () => {
  test('says why it has nothing to show', async () => {
    expect((await look('tail', '--once')).stderr).toEqual(['nothing was fired just now; --from-beginning shows what was fired before']);
    expect((await look('tail', '--from-beginning', '--once', '--key', 'Nowhere')).stderr).toEqual([
      'no such pane has been fired, or none is kept any more',
    ]);
  });

  test('waits for no window that there is not', async () => {
    const { code, stderr } = await look('tail', '--window', 'hourly', '--once');
    expect([code, stderr]).toEqual([
      2,
      [`mullion: --window hourly: pipeline 'purchases' has no such window; it has everyFive, lastFive, sprees`],
    ]);
  });

  test('gives all that was fired, and each as it stands on the output stream', async () => {
    const { stdout, code } = await look('tail', '--from-beginning', '--once', '--json');
    expect(code).toBe(0);
    expect(linesOf(stdout).map((line) => JSON.parse(line) as unknown)).toEqual(panes());
    const berlin = linesOf((await look('tail', '--from-beginning', '--once', '--window', 'everyFive', '--key', 'Berlin')).stdout);
    const rows = berlin.filter((line) => !line.startsWith('──'));
    expect(rows).toHaveLength(panes().filter(({ window, key }) => window === 'everyFive' && key === 'Berlin').length);
    for (const row of rows)
      expect(row).toMatch(
        /^2026-11-27 12:00:\d\d–12:00:\d\d {2}everyFive {2}Berlin {4}ON_TIME {3}total +[\d,.]+ {2}average +[\d.]+ {2}users +\d+ {2}purchases +\d+$/,
      );
  });

  test('shows what is fired while it looks, until Ctrl-C', async () => {
    const before = panes().length;
    const running = startMullion(argsOf('tail', '--json'), ['ignore', 'pipe', 'inherit']);
    let shown = '';
    running.stdout?.setEncoding('utf8').on('data', (text: string) => {
      shown += text;
    });
    // It begins with what is fired after it has looked first, and nothing tells when that was: so events come until it shows some.
    for (let from = HALF; shown === '' && from < ALL.length; from += 20) {
      await send(from, Math.min(from + 20, ALL.length));
      await new Promise((resolve) => setTimeout(resolve, 1_500));
    }
    running.kill('SIGINT');
    await once(running, 'exit');
    const tail = linesOf(shown).map((line) => (JSON.parse(line) as Pane).id);
    const fired = panes()
      .slice(before)
      .map(({ id }) => id);
    expect(tail.length).toBeGreaterThan(0);
    expect(fired.join()).toContain(tail.join());
  });
});
