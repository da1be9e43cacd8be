import { MeteredTable, type Spent, writeUnitsOf } from '../../metered-table.ts';
import { measurements } from '../../measurements.ts';
import { batchSource, cpuOfEvents } from '../ingested-batches.ts';
import { type Growth, points, toFirst } from '../plot.ts';

const KEYS = 10_000;
const EVENTS = [1, 10, 100, 1_000, 7_800, 23_000, 78_000];
const BATCHES = 10;

export const benchmark: Growth = {
  about: `ingest by how many events a batch has: rate × batch window, of any of ${KEYS} keys`,
  async run() {
    const table = await MeteredTable.start();
    try {
      const inTable: Spent[] = [];
      const inObjects: Spent[] = [];
      for (const events of EVENTS) {
        for (const [largePayloads, spent] of [
          ['dynamodb', inTable],
          ['s3', inObjects],
        ] as const) {
          const source = batchSource(measurements, await table.logs(`${largePayloads}-${events}`, largePayloads), { events, keys: KEYS });
          // What is done once is no part of a batch.
          await source.next()();
          spent.push(
            await table.spentBy(async () => {
              for (let batch = 0; batch < BATCHES; batch++) await source.next()();
            }),
          );
        }
      }
      const perThousand = (spent: readonly Spent[], count: (each: Spent) => number) =>
        points(
          EVENTS,
          spent.map((each, index) => (count(each) / BATCHES / (EVENTS[index] as number)) * 1_000),
        );
      const cpu = await cpuOfEvents(EVENTS.map((events) => [measurements, { events, keys: KEYS }]));
      const x = { what: 'events in a batch', scale: 'log' } as const;
      return {
        'batch-size-units': {
          title: `Writes of ingest by size of batch, ${KEYS.toLocaleString('en')} keys`,
          x,
          y: { what: 'per 1,000 events', scale: 'log' },
          series: [
            { name: 'write units, payloads in the table', points: perThousand(inTable, writeUnitsOf) },
            { name: 'write units, large payloads in S3', points: perThousand(inObjects, writeUnitsOf) },
          ],
        },
        'batch-size-cpu': {
          title: 'CPU of ingest by size of batch',
          x,
          y: { what: 'CPU of an event, to that in a batch of one', scale: 'log' },
          series: [{ name: 'ingest function without its calls of services', points: toFirst(EVENTS, cpu) }],
        },
      };
    } finally {
      await table.stop();
    }
  },
};
