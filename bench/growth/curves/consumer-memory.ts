import { dropRepeats } from '../../../shared/consumer/drop-repeats.ts';
import type { PlacedPane } from '../../../shared/consumer/pane-turn.ts';
import { MeteredTable, writeUnitsOf } from '../../metered-table.ts';
import { type Growth, points } from '../plot.ts';

const PANES = [100, 1_000, 10_000, 100_000, 1_000_000];
// What fits into a batch of 6 MB, each a record of 367 bytes.
const BATCH_PANES = 6_000;
const SHARD = 'shardId-000000000000';
const WARM_EPOCH = 1;
const MEASURED_EPOCH = 2;

function* batchesOf(epoch: number, panes: number): Generator<PlacedPane[]> {
  for (let from = 0; from < panes; from += BATCH_PANES) {
    const length = Math.min(BATCH_PANES, panes - from);
    yield Array.from({ length }, (_each, index) => ({ pipeline: 'measurements', epoch: { position: epoch, index: from + index } }));
  }
}

export const benchmark: Growth = {
  about: `a consumer that drops repeats, with its memory in the table, by how many panes an epoch has: batches of ${BATCH_PANES}`,
  async run() {
    const table = await MeteredTable.start();
    try {
      const units: number[] = [];
      const bytes: number[] = [];
      for (const panes of PANES) {
        const memory = await table.consumerMemory(`panes-${panes}`);
        const repeats = dropRepeats<never>({ memory });
        const consume = async (epoch: number) => {
          for (const batch of batchesOf(epoch, panes)) await (await repeats.open(SHARD, batch as never[])).settle();
        };
        await consume(WARM_EPOCH);
        units.push((writeUnitsOf(await table.spentBy(() => consume(MEASURED_EPOCH))) / panes) * 1_000);
        const remembered = await memory.read(SHARD);
        bytes.push([...(remembered?.byPipeline.values() ?? [])].reduce((sum, { indexes }) => sum + indexes.length, 0));
      }
      const x = { what: 'panes of an epoch on the output stream', scale: 'log' } as const;
      return {
        'consumer-units': {
          title: 'A consumer that drops repeats: writes of its memory',
          x,
          y: { what: 'write units per 1,000 panes', scale: 'log' },
          series: [{ name: 'DynamoDBConsumerMemory', points: points(PANES, units) }],
        },
        'consumer-bytes': {
          title: 'A consumer that drops repeats: what it remembers of a shard',
          x,
          y: { what: 'bytes', scale: 'log' },
          series: [{ name: 'a bit a pane', points: points(PANES, bytes) }],
          limits: [{ what: '400 KB: an item of DynamoDB', at: 400 * 1_024 }],
        },
      };
    } finally {
      await table.stop();
    }
  },
};
