import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { WatermarkRules } from './decide-watermark.ts';
import type { ShardId } from './shard.ts';
import { type ShardFacts, Standings } from './shard-standing.ts';

/** Where each shard stands, by its slowest source; without those that are drained, and those that nothing is known of yet. */
export function watermarkByShard(
  { strategies, idleTimeoutMs }: WatermarkRules,
  shards: ReadonlyMap<ShardId, ShardFacts>,
): ReadonlyMap<ShardId, EventTime> {
  const standings = new Standings(shards, idleTimeoutMs);
  const known = new Map<ShardId, EventTime>();
  for (const [shard, { isDrained }] of shards) {
    if (isDrained === true) continue;
    const watermark = Math.min(...[...strategies].map(([source, { watermarkAt }]) => watermarkAt(standings.clock(shard, source))));
    if (watermark > BEGINNING_OF_TIME) known.set(shard, watermark as EventTime);
  }
  return known;
}
