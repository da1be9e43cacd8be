import type { ShardProbe } from '../../shared/ports/shard-probe.ts';
import { decideWatermark, type WatermarkFacts } from '../../shared/watermarks/decide-watermark.ts';
import type { ShardId } from '../../shared/watermarks/shard.ts';
import type { ShardProof } from '../../shared/watermarks/shard-proof.ts';
import type { World } from './pipeline-simulation.ts';

type Mistake = Omit<World, 'rates'>;

/** The decision made from facts that are not so. */
const believing =
  (change: (facts: WatermarkFacts) => WatermarkFacts): typeof decideWatermark =>
  (rules, facts) =>
    decideWatermark(rules, change(facts));

const withProofs = (
  facts: WatermarkFacts,
  prove: (shard: ShardId, proof: ShardProof | undefined) => ShardProof | undefined,
): WatermarkFacts => ({
  ...facts,
  proofs: new Map(
    [...facts.shards.keys()].flatMap((shard): [ShardId, ShardProof][] => {
      const proof = prove(shard, facts.proofs.get(shard));
      return proof === undefined ? [] : [[shard, proof]];
    }),
  ),
});

/** Mistakes that somebody could make, one at a time. Each must show. */
export const PLANTED_BUGS: Readonly<Record<string, Mistake>> = {
  'the maximum over the shards for the minimum': {
    decide: (rules, facts) => {
      const decision = decideWatermark(rules, facts);
      const each = [...facts.shards].map(
        ([shard, known]) => decideWatermark(rules, { ...facts, shards: new Map([[shard, { ...known, isDrained: false }]]) }).watermark,
      );
      return {
        ...decision,
        watermark: each.reduce((highest, watermark) => (watermark > highest ? watermark : highest), decision.watermark),
      };
    },
  },
  'a silent shard left out without a proof': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => proof ?? { kind: 'empty', provenAtMs: facts.nowMs })),
  },
  'a lagging shard taken for idle': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => (proof?.kind === 'records' ? { ...proof, kind: 'empty' } : proof))),
  },
  'a proof from before the cut': { looksWhen: 'listed' },
  'the idle clock running to now, not to the proof': {
    decide: believing((facts) =>
      withProofs(facts, (_shard, proof) => (proof === undefined ? undefined : { ...proof, provenAtMs: facts.nowMs })),
    ),
  },
  "a child without its parents' bound": {
    decide: believing((facts) => ({
      ...facts,
      shards: new Map([...facts.shards].filter(([, { parents, progress }]) => parents.length === 0 || progress !== undefined)),
    })),
  },
  'a parent that leaves before its children are known': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => (proof?.kind === 'ended' ? { ...proof, kind: 'gone' } : proof))),
    probeWith: namelessChildren,
  },
};

/** A stream whose closed shards do not say what they were split into. */
function namelessChildren(probe: ShardProbe): ShardProbe {
  return { probe: async (shard, after) => ({ kind: (await probe.probe(shard, after)).kind }) };
}
