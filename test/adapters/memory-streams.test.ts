import { describe } from 'vitest';
import { busyShards } from '../../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import { SHARD, sequenceNumber } from '../fixtures/delivered-record.ts';
import { publisherContract } from './publisher-contract.ts';
import { shardDirectoryContract } from './shard-directory-contract.ts';
import { shardProbeContract } from './shard-probe-contract.ts';

describe('what stands in for streams in memory', () => {
  publisherContract(async () => {
    const publisher = new MemoryPublisher();
    return { publisher, published: async () => publisher.records };
  });

  shardDirectoryContract(async (shardCount) => fixedShards(...Array.from({ length: shardCount }, (_, index) => `${index}` as ShardId)));

  shardProbeContract(async () => {
    let records = 0;
    return { probe: busyShards, shard: SHARD, put: async () => sequenceNumber(++records) };
  });
});
