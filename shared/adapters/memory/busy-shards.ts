import type { ShardProbe } from '../../ports/shard-probe.ts';

/** Shards of which there is always more to come: none is ever idle. */
export const busyShards: ShardProbe = { probe: async () => ({ kind: 'records' }) };
