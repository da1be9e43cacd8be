import { settleWorkload } from '../../../shared/cost/workload.ts';
import type { Capacity } from '../../cost/capacity-by-log.ts';
import { type Metered, meteredRun } from '../../cost/metered-run.ts';
import { MeteredTable } from '../../metered-table.ts';
import { type Growth, points } from '../plot.ts';

const RATES = [1, 10, 100, 1_000];
const KEYS = 10_000;
// Fewer events need longer until averages mean something.
const EVENTS = 100_000;
const SECONDS_MIN = 120;
const SECONDS_MAX = 600;

export const benchmark: Growth = {
  about: `one shard by its rate, in the table alone: ${KEYS} keys, windows of a minute`,
  async run() {
    const table = await MeteredTable.start();
    const measured: Record<'1s' | '10s', { run: Metered; events: number }[]> = { '1s': [], '10s': [] };
    try {
      for (const rate of RATES) {
        const seconds = Math.min(SECONDS_MAX, Math.max(SECONDS_MIN, EVENTS / rate));
        for (const batchWindow of ['1s', '10s'] as const) {
          const workload = settleWorkload({ rate, keys: KEYS, eventBytes: 80, window: '1m', batchWindow, largePayloads: 'dynamodb' });
          const run = await meteredRun(workload, { ...(await table.target(`rate-${rate}-${batchWindow}`)), seconds });
          measured[batchWindow].push({ run, events: rate * seconds });
        }
      }
    } finally {
      await table.stop();
    }
    const perThousand = (batchWindow: '1s' | '10s', count: (each: Capacity) => number) =>
      points(
        RATES,
        measured[batchWindow].map(({ run, events }) => (count(run) / events) * 1_000),
      );
    return {
      'rate-units': {
        title: `Charges of the table by the rate of a shard, ${KEYS.toLocaleString('en')} keys`,
        x: { what: 'events a second', scale: 'log' },
        y: { what: 'units per 1,000 events', scale: 'log' },
        series: [
          { name: 'commits, batchWindow 1 s', points: perThousand('1s', ({ commits }) => commits) },
          { name: 'commits, 10 s', points: perThousand('10s', ({ commits }) => commits) },
          { name: 'epochs and marks', points: perThousand('10s', ({ epochs, marks }) => epochs + marks) },
          { name: 'reads, 1 s', points: perThousand('1s', ({ readUnits }) => readUnits) },
          { name: 'reads, 10 s', points: perThousand('10s', ({ readUnits }) => readUnits) },
        ],
      },
    };
  },
};
