import type { Epoch } from '../../shared/log/epoch.ts';
import type { ShardId } from '../../shared/log/keys.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';
import type { Scenario } from './scenario.ts';
import { holds } from './violation.ts';
import type { World } from './world.ts';

/**
 * The watermark of an epoch passes no event that is on the stream and not in its cut, unless the shard was left out and the event was put behind
 * the proof, or the event was older than its bound allows.
 *
 * @param probed How many records were on the stream when the one who fires looked behind a shard.
 * @throws {Violation}
 */
export function checkWatermark(scenario: Scenario, world: World, epoch: Epoch, probed: ReadonlyMap<ShardId, number>): void {
  if (epoch.watermark === END_OF_TIME) return;
  const leftOut = new Set(epoch.leftOut.map(({ shard }) => shard));
  for (const shard of scenario.shards) {
    let highest = Number.NEGATIVE_INFINITY;
    for (const { sequenceNumber } of scenario.recordsOf(shard, world.recordsPut)) {
      const { reading, index } = scenario.readingOf(sequenceNumber);
      const isLateByItself = reading.at < highest;
      highest = Math.max(highest, reading.at);
      const { last } = epoch.cut[shard] ?? {};
      if (last !== undefined && sequenceNumber <= last) continue;
      const isBehindProof = leftOut.has(shard) && index >= (probed.get(shard) ?? Number.POSITIVE_INFINITY);
      holds(
        reading.at > epoch.watermark || isLateByItself || isBehindProof,
        `the watermark ${epoch.watermark} passes the event at ${reading.at} of ${shard}, which is on the stream and in no commit that was read`,
      );
    }
  }
}
