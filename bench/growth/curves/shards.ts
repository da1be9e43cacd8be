import { epochLog } from '../../../shared/log/keys.ts';
import { measurements } from '../../measurements.ts';
import { MeteredStore } from '../../metered-store.ts';
import { MeteredTable, type Spent } from '../../metered-table.ts';
import { SteppedSystem } from '../../stepped-system.ts';
import { type Growth, points } from '../plot.ts';

const SHARDS = [1, 4, 16, 64, 256];
const SHARDS_KNOWN = [1, 10, 100, 300, 1_000, 2_000];
const STEPS = 4;
const WINDOW_MS = 60_000;

/** The header of an epoch that names so many shards. */
async function headerBytes(shards: number): Promise<number> {
  const store = new MeteredStore();
  const system = new SteppedSystem(measurements, store, { stepMs: WINDOW_MS, eventsAStep: shards, keys: 1, shards });
  for (let step = 0; step < 2; step++) await system.step();
  const epoch = await store.last(epochLog(measurements.name));
  return epoch?.header.length ?? 0;
}

export const benchmark: Growth = {
  about: 'fire by shards: 2,560 events of 1,000 keys a window of a minute, a batch a shard and window',
  async run() {
    const table = await MeteredTable.start();
    const spent: Spent[] = [];
    try {
      for (const shards of SHARDS) {
        const system = new SteppedSystem(measurements, await table.logs(`shards-${shards}`), {
          stepMs: WINDOW_MS,
          eventsAStep: 2_560,
          keys: 1_000,
          shards,
        });
        // Until a window fires with every step.
        for (let step = 0; step < 2; step++) await system.step();
        spent.push(
          await table.spentBy(async () => {
            for (let step = 0; step < STEPS; step++) await system.step();
          }),
        );
      }
    } finally {
      await table.stop();
    }
    const ofAStep = (count: (each: Spent) => number) =>
      points(
        SHARDS,
        spent.map((each) => count(each) / STEPS),
      );
    return {
      'shards-units': {
        title: 'A batch on every shard and a firing, by shards: the same events',
        x: { what: 'shards', scale: 'log' },
        y: { what: 'requests or units a window', scale: 'log' },
        series: [
          { name: 'write units of commits', points: ofAStep(({ commits }) => commits) },
          { name: 'write units of epochs', points: ofAStep(({ epochs }) => epochs) },
          { name: 'read units', points: ofAStep(({ readUnits }) => readUnits) },
          { name: 'requests', points: ofAStep(({ requests }) => requests) },
        ],
      },
      'shards-header': {
        title: 'Header of an epoch by shards that the pipeline has ever read',
        x: { what: 'shards, closed ones included', scale: 'log' },
        y: { what: 'bytes', scale: 'log' },
        series: [{ name: 'header', points: points(SHARDS_KNOWN, await Promise.all(SHARDS_KNOWN.map(headerBytes))) }],
        limits: [{ what: '400 KB: an item of DynamoDB', at: 400 * 1_024 }],
      },
    };
  },
};
