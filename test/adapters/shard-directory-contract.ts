import { describe, expect, test } from 'vitest';
import type { ShardDirectory } from '../../shared/ports/shard-directory.ts';

/**
 * What every shard directory must do.
 *
 * @param open The directory of a new stream with so many shards.
 */
export function shardDirectoryContract(open: (shardCount: number) => Promise<ShardDirectory>): void {
  describe('a shard directory', () => {
    test.each([1, 3])('of a stream with %i shards names each once, without parents', async (shardCount) => {
      const shards = await (await open(shardCount)).list();
      expect(new Set(shards.map(({ id }) => id)).size).toBe(shardCount);
      expect(shards.map(({ parents }) => parents)).toEqual(Array.from({ length: shardCount }, () => []));
    });

    test('says the same until the stream is resharded', async () => {
      const directory = await open(2);
      expect(await directory.list()).toEqual(await directory.list());
    });
  });
}
