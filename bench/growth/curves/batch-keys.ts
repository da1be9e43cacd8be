import { MeteredTable, writeUnitsOf } from '../../metered-table.ts';
import { BATCH_RECORDS, measurementPayloads, type Measurement, measurements, NOON_MS } from '../../measurements.ts';
import { batchSource, cpuOfEvents } from '../ingested-batches.ts';
import { type Growth, points, toFirst } from '../plot.ts';

const KEYS = [1, 10, 100, 1_000, 10_000, 1_000_000];
const BATCHES = 5;

/** How many of the keys a batch has events of. */
function keysInBatch(keys: number): number {
  return new Set(measurementPayloads(BATCH_RECORDS, keys, NOON_MS, 1).map((json) => (JSON.parse(json) as Measurement).deviceId)).size;
}

export const benchmark: Growth = {
  about: `ingest by how many keys a batch of ${BATCH_RECORDS} events has`,
  async run() {
    const table = await MeteredTable.start();
    try {
      const units: number[] = [];
      for (const keys of KEYS) {
        const source = batchSource(measurements, await table.logs(`keys-${keys}`), { events: BATCH_RECORDS, keys });
        await source.next()();
        const spent = await table.spentBy(async () => {
          for (let batch = 0; batch < BATCHES; batch++) await source.next()();
        });
        units.push((writeUnitsOf(spent) / BATCHES / BATCH_RECORDS) * 1_000);
      }
      const cpu = await cpuOfEvents(KEYS.map((keys) => [measurements, { events: BATCH_RECORDS, keys }]));
      const x = { what: `keys in a batch of ${BATCH_RECORDS.toLocaleString('en')} events`, scale: 'log' } as const;
      const xs = KEYS.map(keysInBatch);
      return {
        'batch-keys-units': {
          title: 'Writes of ingest by keys',
          x,
          y: { what: 'write units per 1,000 events', scale: 'log' },
          series: [
            { name: 'one commit a batch', points: points(xs, units) },
            {
              name: 'a write a key and batch',
              points: points(
                xs,
                xs.map((keys) => (keys / BATCH_RECORDS) * 1_000),
              ),
            },
          ],
        },
        'batch-keys-cpu': {
          title: 'CPU of ingest by keys',
          x,
          y: { what: 'CPU of an event, to that with one key', scale: 'linear' },
          series: [{ name: 'ingest function without its calls of services', points: toFirst(xs, cpu) }],
        },
      };
    } finally {
      await table.stop();
    }
  },
};
