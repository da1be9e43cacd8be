import { decodeEpoch } from '../../shared/log/epoch.ts';
import { epochLog } from '../../shared/log/keys.ts';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { StreamName } from './request.ts';
import type { Scenario } from './scenario.ts';
import { holds } from './violation.ts';
import { contentsOf, type World } from './world.ts';

/**
 * What must be true of what is on a stream. Repeats are left out before.
 *
 * @throws {Violation}
 */
export function checkPublication({ pipeline, shards, recordsOf }: Scenario, world: World, stream: StreamName): void {
  const epochs = contentsOf(world, epochLog(pipeline.name)).entries.map(decodeEpoch);
  if (stream === 'output') {
    // A prefix of all panes in the order of the epochs: each was in an epoch first, none is out before its turn, and all have their bytes.
    const panes = epochs.flatMap((epoch) => epoch.panes.map((pane) => JSON.stringify(pane)));
    for (const [index, json] of world.output.entries()) {
      holds(panes.includes(json), `a pane is on the output stream that is in no epoch: ${json}`);
      holds(panes[index] === json, `a pane is on the output stream before its turn: ${json}`);
    }
    return;
  }
  const refusals = new Set(epochs.flatMap((epoch) => epoch.refusals.map((refusal) => JSON.stringify(refusal))));
  const places = new Set(
    shards.flatMap((shard) => recordsOf(shard, world.recordsPut).map(({ sequenceNumber }) => `${shard}:${sequenceNumber}`)),
  );
  for (const json of world.side) {
    const refusal = JSON.parse(json) as Refusal;
    const isKnown = refusal.kind === 'lateDelta' ? refusals.has(json) : places.has(refusal.id);
    holds(isKnown, `a refusal is on the side stream that nothing stands for: ${json}`);
  }
}
