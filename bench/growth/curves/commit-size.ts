import { MemoryLogStore } from '../../../shared/adapters/memory/memory-log-store.ts';
import { KEY_KINDS, type KeyKind } from '../../../shared/cost/measured.ts';
import { CHUNKED_FROM_BYTES, OBJECT_FROM_BYTES } from '../../../shared/cost/stored-entry.ts';
import { settleWorkload } from '../../../shared/cost/workload.ts';
import { Ingest } from '../../../shared/ingest/ingest.ts';
import type { LogEntry } from '../../../shared/log/log-entry.ts';
import { type ShardId, shardLog } from '../../../shared/log/keys.ts';
import { nextPosition, ORIGIN } from '../../../shared/log/position.ts';
import { keyOf, orderAt, ordersOf } from '../../cost/orders.ts';
import { inputRecords } from '../../input-records.ts';
import { NOON_MS } from '../../measurements.ts';
import { MeteredTable, type Spent, writeUnitsOf } from '../../metered-table.ts';
import { NO_REFUSALS } from '../../no-refusals.ts';
import { randomFrom } from '../../random.ts';
import { type Growth, points } from '../plot.ts';

const KEYS = [10, 100, 1_000, 3_000, 10_000, 30_000, 100_000, 200_000];
const EVENTS_A_KEY = 3;
const SHARD = 'shardId-000000000000' as ShardId;
const orders = ordersOf(settleWorkload({ rate: 1, keys: 1, eventBytes: 200, window: '1m' }));

/** The commit of a batch with three events of every key, as ingest writes it. */
async function commitOf(kind: KeyKind, keys: number): Promise<LogEntry> {
  const random = randomFrom(keys);
  const payloads = Array.from({ length: EVENTS_A_KEY * keys }, (_each, index) =>
    // No two keys of a batch follow each other in a stream by their names.
    JSON.stringify(orderAt(NOON_MS, keyOf(kind, (index * 7_919) % keys), random)),
  );
  const store = new MemoryLogStore();
  const ingest = new Ingest(orders, { logStore: store, sideStream: NO_REFUSALS, clock: { nowMs: () => NOON_MS } });
  await ingest.ingest(SHARD, inputRecords(payloads, NOON_MS, 1n));
  const commit = await store.last(shardLog(orders.name, SHARD));
  if (commit === undefined) throw new Error('nothing was committed');
  return commit;
}

export const benchmark: Growth = {
  about: `a commit by how many keys are in it, ${EVENTS_A_KEY} events of each: what it weighs, and what it takes to write it`,
  async run() {
    const bytes = new Map<KeyKind, number[]>();
    const spent = { dynamodb: [] as Spent[], s3: [] as Spent[] };
    const table = await MeteredTable.start();
    try {
      const stores = { dynamodb: await table.logs('inline'), s3: await table.logs('objects', 's3') };
      let position = ORIGIN;
      for (const keys of KEYS) {
        position = nextPosition(position);
        for (const kind of KEY_KINDS) {
          const commit = await commitOf(kind, keys);
          bytes.set(kind, [...(bytes.get(kind) ?? []), commit.payload.length]);
          if (kind !== 'id') continue;
          for (const place of ['dynamodb', 's3'] as const)
            spent[place].push(await table.spentBy(() => stores[place].append(shardLog(orders.name, SHARD), position, commit)));
        }
      }
    } finally {
      await table.stop();
    }
    const names: Readonly<Record<KeyKind, string>> = { id: 'user-123', email: 'e-mail addresses', uuid: 'UUIDs' };
    const x = { what: 'keys in a batch, three events of each', scale: 'log' } as const;
    return {
      'commit-bytes': {
        title: 'Size of a commit by keys',
        x,
        y: { what: 'bytes', scale: 'log' },
        series: KEY_KINDS.map((kind) => ({ name: names[kind], points: points(KEYS, bytes.get(kind) ?? []) })),
        limits: [
          { what: '350 KiB: chunks, or S3', at: CHUNKED_FROM_BYTES },
          { what: '9 KiB: S3 costs less', at: OBJECT_FROM_BYTES },
        ],
      },
      'commit-units': {
        title: 'What a commit of keys like user-123 takes to write',
        x,
        y: { what: 'requests or units', scale: 'log' },
        series: [
          { name: 'write units, in the table', points: points(KEYS, spent.dynamodb.map(writeUnitsOf)) },
          {
            name: 'requests, in the table',
            points: points(
              KEYS,
              spent.dynamodb.map(({ requests }) => requests),
            ),
          },
          { name: 'write units, large payloads in S3', points: points(KEYS, spent.s3.map(writeUnitsOf)) },
          {
            name: 'requests, large payloads in S3',
            points: points(
              KEYS,
              spent.s3.map(({ requests, puts }) => requests + puts),
            ),
          },
        ],
      },
    };
  },
};
