import { boundedOutOfOrderness, pipeline, tumbling } from 'mullion';
import { entryBytes } from '../../../shared/adapters/dynamodb/entry-item.ts';
import { settleWorkload } from '../../../shared/cost/workload.ts';
import { epochLog } from '../../../shared/log/keys.ts';
import { type Metered, meteredRun } from '../../cost/metered-run.ts';
import { AMOUNTS, type Measurement } from '../../measurements.ts';
import { MeteredStore } from '../../metered-store.ts';
import { MeteredTable, writeUnitsOf } from '../../metered-table.ts';
import { SteppedSystem } from '../../stepped-system.ts';
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

/** What an epoch brings to its item that names so many shards, and has a pane. */
async function epochBytes(shards: number): Promise<number> {
  const store = new MeteredStore();
  const system = new SteppedSystem(perMinute, store, { stepMs: WINDOW_MS, eventsAStep: shards, keys: 1, shards });
  for (let step = 0; step < 2; step++) await system.step();
  const epoch = await store.last(epochLog(perMinute.name));
  return epoch === undefined ? 0 : entryBytes(epoch);
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
        title: 'Item of an epoch with one pane by shards that the pipeline has ever read',
        x: { what: 'shards, closed ones included', scale: 'log' },
        y: { what: 'bytes', scale: 'log' },
        series: [{ name: 'epoch', points: points(SHARDS_KNOWN, await Promise.all(SHARDS_KNOWN.map(epochBytes))) }],
        limits: [{ what: '400 KB: an item of DynamoDB', at: 400 * 1_024 }],
      },
    };
  },
};
