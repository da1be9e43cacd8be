import { MemoryLogStore } from '../shared/adapters/memory/memory-log-store.ts';
import { Inputs } from '../shared/aggregates/inputs.ts';
import { encodeCommit } from '../shared/log/commit.ts';
import { type ShardId, shardLog } from '../shared/log/keys.ts';
import { ORIGIN, nextPosition, type Position } from '../shared/log/position.ts';
import type { SequenceNumber } from '../shared/log/sequence-number.ts';
import { columnOffsets, Table } from '../shared/table/table.ts';
import type { EventTime } from '../shared/time/event-time.ts';
import { ONLY_SOURCE } from '../shared/watermarks/source-clock.ts';
import { measurements, NOON_MS } from './measurements.ts';
import { randomFrom } from './random.ts';

export const SHARDS = ['shardId-000000000000', 'shardId-000000000001', 'shardId-000000000002', 'shardId-000000000003'] as ShardId[];

const KEYS_PER_COMMIT_MAX = 10_000;
// No key comes twice before all have come: it has no divisor in common with a number of keys that ends in zeros.
const STRIDE = 7_919;

/**
 * The logs of shards whose batches have events of one window: commits of 10,000 keys each, or fewer where every shard would not have one, as ingest writes them, shard after shard.
 *
 * @param keys How many there are.
 * @param keyDeltas How many times a key stands in some commit.
 * @param clockMs The highest event time of every shard.
 */
export async function filledLogs(keys: number, keyDeltas: number, clockMs: number): Promise<MemoryLogStore> {
  const store = new MemoryLogStore();
  const keysPerCommit = Math.min(KEYS_PER_COMMIT_MAX, Math.ceil(keyDeltas / SHARDS.length));
  const [window] = measurements.operators;
  if (window === undefined) throw new Error('unreachable');
  const random = randomFrom(keyDeltas);
  const inputs = new Inputs(columnOffsets(window.shape).at(-1) as number);
  const positions = new Map<ShardId, Position>();
  for (let commit = 0; commit * keysPerCommit < keyDeltas; commit++) {
    const table = new Table(window.shape);
    for (let index = 0; index < keysPerCommit; index++) {
      inputs.numbers.fill(Math.round(random() * 100_000) / 100);
      table.add(`device-${((commit * keysPerCommit + index) * STRIDE) % keys}`, inputs);
    }
    const shard = SHARDS[commit % SHARDS.length] as ShardId;
    const position = nextPosition(positions.get(shard) ?? ORIGIN);
    positions.set(shard, position);
    await store.append(
      shardLog(measurements.name, shard),
      position,
      encodeCommit({
        kind: 'commit',
        fingerprint: measurements.fingerprint,
        shard,
        first: String(position) as SequenceNumber,
        last: String(position) as SequenceNumber,
        clocks: { [ONLY_SOURCE]: { time: clockMs as EventTime, arrivedAtMs: NOON_MS } },
        arrivedFromMs: NOON_MS,
        arrivedToMs: NOON_MS,
        committedAtMs: NOON_MS,
        counts: { read: keysPerCommit, folded: keysPerCommit, filtered: 0, late: 0, invalid: 0 },
        lateByWindow: {},
        deltas: [{ window: window.name, start: NOON_MS as EventTime, table }],
      }),
    );
  }
  return store;
}
