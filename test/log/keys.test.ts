import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunkPartition, epochLog, payloadObject, publicationLog, type ShardId, shardLog, snapshotLog } from '../../shared/log/keys.ts';
import type { Position } from '../../shared/log/position.ts';

test('no two things have the same key', () => {
  const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{0,8}$/);
  const shard = fc.constantFrom(
    'shardId-000000000000',
    'shardId-000000000001',
    'epochs',
    'published',
    'snapshots',
  ) as unknown as fc.Arbitrary<ShardId>;
  const digest = fc.constantFrom('0a', '0b');
  const log = fc.oneof(
    fc.tuple(name, shard).map(([pipeline, id]) => ({ of: ['shard', pipeline, id], log: shardLog(pipeline, id) })),
    name.map((pipeline) => ({ of: ['epochs', pipeline], log: epochLog(pipeline) })),
    name.map((pipeline) => ({ of: ['published', pipeline], log: publicationLog(pipeline) })),
    name.map((pipeline) => ({ of: ['snapshots', pipeline], log: snapshotLog(pipeline) })),
  );
  const key = fc.oneof(
    // An object is no item; it has its own names, and they are told apart likewise.
    fc.tuple(log, fc.integer({ min: 1, max: 12 }), digest).map(([{ of, log: inner }, position, hash]) => ({
      of: ['objects', ...of, position, hash],
      partition: payloadObject(inner, position as Position, hash),
    })),
    log.map(({ of, log: partition }) => ({ of, partition: partition as string })),
    fc.tuple(log, digest, fc.integer({ min: 1, max: 12 })).map(([{ of, log: inner }, hash, number]) => ({
      of: [...of, 'chunks', hash, number],
      partition: chunkPartition(inner, hash, number),
    })),
  );
  fc.assert(
    fc.property(fc.array(key, { maxLength: 40 }), (keys) => {
      expect(new Set(keys.map(({ partition }) => partition)).size).toBe(new Set(keys.map(({ of }) => of.join(' '))).size);
    }),
  );
});
