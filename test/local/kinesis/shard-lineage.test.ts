import { expect, test } from 'vitest';
import { readableShards } from '../../../local/kinesis/shard-lineage.ts';

const ORIGINAL = { shardId: 'a', parentShardIds: [] };
const OTHER = { shardId: 'b', parentShardIds: [] };
const MERGED = { shardId: 'c', parentShardIds: ['a', 'b'] };
const SPLIT = [
  { shardId: 'd', parentShardIds: ['c'] },
  { shardId: 'e', parentShardIds: ['c'] },
];
const ALL = [...SPLIT, MERGED, ORIGINAL, OTHER];

function readable(started: string, finished: string, listed = ALL): string {
  const shards = readableShards(listed, new Set(started), new Set(finished));
  return shards.map((shard) => shard.shardId).join('');
}

test('a shard waits for both of its parents, children of one parent go together', () => {
  expect(readable('', '')).toBe('ab');
  expect(readable('ab', 'a')).toBe('');
  expect(readable('ab', 'ab')).toBe('c');
  expect(readable('abc', 'abc')).toBe('de');
  expect(readable('abcde', 'abcd')).toBe('');
});

test('a parent that is no longer listed is not waited for', () => {
  expect(readable('', '', SPLIT)).toBe('de');
});
