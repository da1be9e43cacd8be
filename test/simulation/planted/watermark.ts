import { BEGINNING_OF_TIME } from '../../../shared/time/event-time.ts';
import { decideWatermark } from '../../../shared/watermarks/decide-watermark.ts';
import { type PlantedBugs, believing, withProofs } from './altered.ts';

/** Who decides on the watermark. */
export const WATERMARK: PlantedBugs = {
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
  'a watermark without a floor': { decide: believing((facts) => ({ ...facts, floor: BEGINNING_OF_TIME })) },
  'a silent shard left out without a proof': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => proof ?? { kind: 'empty', provenAtMs: facts.nowMs })),
  },
  'a lagging shard taken for idle': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => (proof?.kind === 'records' ? { ...proof, kind: 'empty' } : proof))),
  },
  'a proof from before the cut': {
    firePorts: (ports, { stream }) => {
      let recordsThen = 0;
      return {
        ...ports,
        shards: {
          list: async () => {
            recordsThen = stream.recordCount;
            return ports.shards.list();
          },
        },
        shardProbe: {
          probe: async (shard, after) => {
            const { children = [] } = await ports.shardProbe.probe(shard, after);
            return { kind: stream.standing(shard, after, recordsThen), children };
          },
        },
      };
    },
  },
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
    firePorts: (ports) => ({
      ...ports,
      shardProbe: { probe: async (shard, after) => ({ kind: (await ports.shardProbe.probe(shard, after)).kind }) },
    }),
  },
};
