import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { entryBytes } from '../../../shared/adapters/dynamodb/entry-item.ts';
import { busyShards } from '../../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../../shared/adapters/memory/fixed-shards.ts';
import { MemoryLogStore } from '../../../shared/adapters/memory/memory-log-store.ts';
import { settleWorkload } from '../../../shared/cost/workload.ts';
import { Fire } from '../../../shared/firing/fire.ts';
import { Ingest } from '../../../shared/ingest/ingest.ts';
import { epochLog, type ShardId } from '../../../shared/log/keys.ts';
import { type Metered, meteredRun } from '../../cost/metered-run.ts';
import { inputRecords } from '../../input-records.ts';
import { FIRST_SEQUENCE_NUMBER } from '../../kinesis-batch.ts';
import { AMOUNTS, type Measurement, measurementPayloads, NOON_MS } from '../../measurements.ts';
import { MeteredTable, writeUnitsOf } from '../../metered-table.ts';
import { randomFrom } from '../../random.ts';
import { type Growth, points } from '../plot.ts';

const SHARDS = [1, 4, 16, 64];
const SHARDS_KNOWN = [1, 10, 30, 100, 300, 1_000, 3_000];
const WINDOWS = 2;
const WINDOW_MS = 60_000;
const RATE = 64;
const KEYS = 1_000;

const perMinute = pipeline<Measurement>('measurements', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: { perMinute: { keyBy: ({ deviceId }) => deviceId, window: tumbling(WINDOW_MS), aggregate: AMOUNTS } },
});

/** What an epoch brings to its item that names so many shards. Numbers of records and times are random: shards that are alike would pack well. */
async function epochBytes(shards: number): Promise<number> {
  const logStore = new MemoryLogStore();
  const random = randomFrom(shards);
  const below = (limit: number) => Math.floor(random() * limit);
  const ids = Array.from({ length: shards }, (_each, index) => `shardId-${String(index).padStart(12, '0')}` as ShardId);
  const clock = { nowMs: () => NOON_MS + below(WINDOW_MS) };
  const quiet = { publish: async () => {} };
  const ingest = new Ingest(perMinute, { logStore, sideStream: quiet, clock });
  for (const shard of ids) {
    const arrivedAtMs = NOON_MS + below(WINDOW_MS);
    const number = FIRST_SEQUENCE_NUMBER + BigInt(below(2 ** 52)) * BigInt(2 ** 52) * BigInt(2 ** 52) + BigInt(below(2 ** 52));
    await ingest.ingest(shard, inputRecords(measurementPayloads(1, 1, arrivedAtMs, below(2 ** 31)), arrivedAtMs, number));
  }
  const ports = { logStore, outputStream: quiet, sideStream: quiet, shards: fixedShards(...ids), shardProbe: busyShards, clock };
  await new Fire(perMinute, ports).drain();
  const epoch = await logStore.last(epochLog(perMinute.name));
  if (epoch === undefined) throw new Error('nothing was fired');
  return entryBytes(epoch);
}

export const benchmark: Growth = {
  about: `shards: ${RATE} events a second of ${KEYS} keys, spread over them, batchWindow 10 s, windows of a minute`,
  async run() {
    const table = await MeteredTable.start();
    const runs: Metered[] = [];
    try {
      for (const shards of SHARDS) {
        const workload = settleWorkload({
          rate: RATE,
          keys: KEYS,
          eventBytes: 80,
          window: WINDOW_MS,
          batchWindow: '10s',
          shards,
          largePayloads: 'dynamodb',
        });
        runs.push(await meteredRun(workload, { ...(await table.target(`shards-${shards}`)), seconds: (WINDOWS * WINDOW_MS) / 1_000 }));
      }
    } finally {
      await table.stop();
    }
    const ofAWindow = (count: (run: Metered) => number) =>
      points(
        SHARDS,
        runs.map((run) => count(run) / WINDOWS),
      );
    return {
      'shards-units': {
        title: 'The same events on more shards',
        x: { what: 'shards', scale: 'log' },
        y: { what: 'a window of a minute', scale: 'log' },
        series: [
          { name: 'write units', points: ofAWindow(writeUnitsOf) },
          { name: 'read units', points: ofAWindow(({ readUnits }) => readUnits) },
          { name: 'calls of the table', points: ofAWindow(({ requests }) => requests) },
          { name: 'invocations of fire', points: ofAWindow(({ fireInvocations }) => fireInvocations) },
        ],
      },
      'shards-epoch': {
        title: 'Item of an epoch with few panes by shards that the pipeline has ever read',
        x: { what: 'shards, closed ones included', scale: 'log' },
        y: { what: 'bytes', scale: 'log' },
        series: [{ name: 'epoch', points: points(SHARDS_KNOWN, await Promise.all(SHARDS_KNOWN.map(epochBytes))) }],
        limits: [{ what: '400 KB: an item of DynamoDB', at: 400 * 1_024 }],
      },
    };
  },
};
