import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Pane } from 'mullion';
import { afterAll, describe, expect, test, vi } from 'vitest';
import earthquakes, { type Earthquake } from '../../examples/earthquakes.ts';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../shared/adapters/memory/memory-log-store.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import { Fire } from '../../shared/firing/fire.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import { mullion } from '../fixtures/mullion-process.ts';
import {
  type Arrival,
  daysFor,
  daysOf,
  earthquakesByArrival,
  isForSwarms,
  percentileOf,
  type Swarm,
  swarmsOf,
  watermarkOf,
} from './plain-earthquakes.ts';
import { runExample } from './run-example.ts';

type SwarmPane = Pane<{ quakes: number; largest: number; regions: number }>;
type DayPane = Pane<{ quakes: number; magnitude: { p50: number; p90: number; p99: number } }>;

const ALL = earthquakesByArrival();
const QUAKES = ALL.filter(({ properties }) => properties.type === 'earthquake');
const ROOT = join(import.meta.dirname, '..', '..');
const isQuake = ({ quake }: Arrival) => quake.properties.type === 'earthquake';
const BEFORE_ALL = Number.NEGATIVE_INFINITY;
const RELATIVE_ERROR = 0.02;

/** The reports in the order of their arrival, so many at a time. */
function batchesOf(size: number): Earthquake[][] {
  return Array.from({ length: Math.ceil(ALL.length / size) }, (_, index) => ALL.slice(index * size, (index + 1) * size));
}

/** Those that arrive in the same hour. */
function hours(): Earthquake[][] {
  return [...Map.groupBy(ALL, ({ properties }) => Math.ceil(properties.updated / 3_600_000)).values()];
}

/** Delivers batch after batch, each report to a shard of its own choice, and fires after each. */
async function run(shardCount: number, batches: readonly (readonly Earthquake[])[]) {
  const shards = Array.from({ length: shardCount }, (_, index) => ({ id: `shardId-${index}` as ShardId, delivered: [] as Earthquake[] }));
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  const ports = { logStore: new MemoryLogStore(), sideStream: side, clock: { nowMs: () => ALL.at(-1)?.properties.updated ?? 0 } };
  const ingest = new Ingest(earthquakes, ports);
  const fire = new Fire(earthquakes, {
    ...ports,
    outputStream: output,
    shards: fixedShards(...shards.map(({ id }) => id)),
    shardProbe: busyShards,
  });

  const arrivals: Arrival[] = [];
  let epoch = 0;
  let watermark = BEFORE_ALL;
  for (const batch of batches) {
    arrivals.push(...batch.map((quake) => ({ quake, watermark })));
    for (const [index, shard] of shards.entries()) {
      const records = batch.filter(({ id }) => Number.parseInt(id.slice(-3), 36) % shardCount === index);
      await ingest.ingest(
        shard.id,
        records.map((quake, offset) => ({
          sequenceNumber: String(shard.delivered.length + offset + 1) as SequenceNumber,
          partitionKey: quake.id,
          arrivedAtMs: quake.properties.updated,
          data: JSON.stringify(quake),
          encoding: 'utf8',
        })),
      );
      shard.delivered.push(...records);
    }
    const report = await fire.fire();
    // Late is judged by the last epoch's watermark. The engine says when there was an epoch, the plain computation what its watermark is.
    if (report.epoch > epoch) watermark = watermarkOf(shards.map(({ delivered }) => delivered));
    epoch = report.epoch;
  }
  const report = await fire.drain();
  return { report, arrivals, panes: output.documents<Pane>(), refused: side.documents<RecordRefusal>() };
}

/** What a consumer holds that takes out what is withdrawn. */
function swarmsIn(panes: readonly Pane[]): Swarm[] {
  const held = new Map<string, Swarm>();
  for (const { id, key, start, end, pane, value } of panes.filter(({ window }) => window === 'swarms') as SwarmPane[]) {
    if (pane.isRetraction === true) expect(held.delete(id.replace(/:retraction$/, '')), id).toBe(true);
    else held.set(id, { net: key, start, end, ...value });
  }
  return [...held.values()].sort((a, b) => a.start - b.start || (a.net < b.net ? -1 : 1));
}

/** The newest pane of every network and day. */
function daysIn(panes: readonly Pane[]): Map<string, DayPane> {
  return new Map((panes.filter(({ window }) => window === 'lastDay') as DayPane[]).map((pane) => [`${pane.key} ${pane.end}`, pane]));
}

function expectDays(panes: readonly Pane[], expected: ReadonlyMap<string, number[]>): void {
  const days = daysIn(panes);
  expect(new Map([...days].map(([place, { value }]) => [place, value.quakes]))).toEqual(
    new Map([...expected].map(([place, magnitudes]) => [place, magnitudes.length])),
  );
  for (const [place, { start, end, count, value }] of days) {
    const magnitudes = expected.get(place) ?? [];
    expect({ hours: (end - start) / 3_600_000, count }).toEqual({ hours: 24, count: magnitudes.length });
    const { p50, p90, p99 } = value.magnitude;
    for (const [p, told] of [
      [0.5, p50],
      [0.9, p90],
      [0.99, p99],
    ] as const) {
      const exact = percentileOf(magnitudes, p);
      expect(Math.abs(told - exact), `${place} p${p}: ${told} for ${exact}`).toBeLessThanOrEqual(
        Math.abs(exact) * RELATIVE_ERROR * (1 + 1e-12),
      );
    }
  }
}

describe('the earthquakes of a week, in the order in which they were reported', { timeout: 60_000 }, () => {
  test.each([
    [1, 1],
    [1, 100],
    [3, 20],
    [4, 250],
    [7, 1_707],
  ])(
    'from %i shards, %i at a time: every swarm, every day and every percentile as computed plainly',
    { timeout: 60_000 },
    async (shardCount, batchSize) => {
      const { report, arrivals, panes, refused } = await run(shardCount, batchesOf(batchSize));
      const quakes = arrivals.filter(isQuake);

      expect(swarmsIn(panes)).toEqual(swarmsOf(quakes.filter(isForSwarms).map(({ quake }) => quake)));
      expectDays(panes, daysOf(quakes));

      // One by one: on the side stream is what came too late for its swarm and for each of its days, and nothing else.
      const tooLate = quakes.filter((arrival) => !isForSwarms(arrival) && daysFor(arrival).length === 0).map(({ quake }) => quake.id);
      expect(refused.map(({ kind, partitionKey }) => `${kind} ${partitionKey}`).sort()).toEqual(tooLate.map((id) => `late ${id}`).sort());
      expect(report.counts).toEqual({
        read: ALL.length,
        folded: QUAKES.length - tooLate.length,
        filtered: ALL.length - QUAKES.length,
        late: tooLate.length,
        invalid: 0,
      });
      expect(report.lateByWindow).toEqual(
        countsAboveZero({
          swarms: quakes.filter((arrival) => !isForSwarms(arrival)).length,
          lastDay: quakes.filter((arrival) => daysFor(arrival).length === 0).length,
        }),
      );
      if (batchSize < ALL.length) {
        expect(tooLate.length).toBeGreaterThan(100);
        expect(panes.some(({ pane }) => pane.timing === 'LATE' && pane.isRetraction === true)).toBe(true);
      }
    },
  );

  test('when nothing is too late, every report is in its swarm and in 24 days', async () => {
    const { arrivals, panes, refused } = await run(2, [ALL]);
    expect(arrivals.every(({ watermark }) => watermark === BEFORE_ALL)).toBe(true);
    expect(refused).toEqual([]);
    expect(swarmsIn(panes).reduce((sum, { quakes }) => sum + quakes, 0)).toBe(QUAKES.length);
    expect([...daysIn(panes).values()].reduce((sum, { value }) => sum + value.quakes, 0)).toBe(24 * QUAKES.length);
  });
});

describe('mullion run, as the README says', () => {
  vi.setConfig({ testTimeout: 60_000 });
  const folder = mkdtempSync(join(tmpdir(), 'mullion-earthquakes-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  test('over the reports in the order of their arrival finds the same as the functions do', async () => {
    const script = /node -p "([^"]*)" \|\n +npx mullion run examples\/earthquakes\.ts/.exec(
      readFileSync(join(ROOT, 'README.md'), 'utf8'),
    )?.[1];
    const input = execFileSync(process.execPath, ['-p', String(script)], { cwd: ROOT, encoding: 'utf8', maxBuffer: 1e8 });
    const [output, side] = [join(folder, 'panes.jsonl'), join(folder, 'refused.jsonl')];
    const args = [
      'run',
      join(ROOT, 'examples', 'earthquakes.ts'),
      '--input',
      '-',
      '--output',
      output,
      '--side',
      side,
      '--batch-size',
      '100',
    ];
    const { code, stderr } = await mullion(args, input);

    const functions = await run(1, batchesOf(100));
    const { folded, filtered, late } = functions.report.counts;
    expect({ code, summary: stderr[0] }).toEqual({
      code: 0,
      summary: `earthquakes: read 1,707 = folded ${folded.toLocaleString('en')} + filtered ${filtered} + late ${late} + invalid 0  (late ${late})`,
    });
    expect(documents<Pane>(output)).toEqual(functions.panes);
    expect(documents<RecordRefusal>(side).map(({ data }) => data)).toEqual(functions.refused.map(({ data }) => data));
  });
});

test('npm run example -- earthquakes finds the same as the functions do, an hour of reports at a time', { timeout: 60_000 }, async () => {
  const { told: panes, accounts } = await runExample('earthquakes');
  const functions = await run(1, hours());
  expect(panes).toEqual(functions.panes);
  expect(swarmsIn(panes)).toEqual(
    swarmsOf(
      functions.arrivals
        .filter(isQuake)
        .filter(isForSwarms)
        .map(({ quake }) => quake),
    ),
  );
  const { folded, filtered, late } = functions.report.counts;
  expect(accounts).toBe(`read 1,707 = folded ${folded.toLocaleString('en')} + filtered ${filtered} + late ${late} + invalid 0`);
});

function countsAboveZero(counts: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

function documents<T>(path: string): T[] {
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T);
}
