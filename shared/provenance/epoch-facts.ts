import type { EpochHeader, ShardCut } from '../log/epoch.ts';
import type { ShardId } from '../log/keys.ts';
import type { Position } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../time/event-time.ts';
import { decideWatermark, type LeftOut } from '../watermarks/decide-watermark.ts';
import type { ShardProofKind } from '../watermarks/shard-proof.ts';
import { Standings } from '../watermarks/shard-standing.ts';
import type { EpochFacts, HeldBackBy } from './explanation.ts';

/** What was found behind a shard, by what became of it. */
const PROOF: Readonly<Record<LeftOut['because'], ShardProofKind>> = { idle: 'empty', drained: 'ended', gone: 'gone' };

/** What an epoch says of its watermark. */
export function epochFacts(pipeline: Pipeline<never>, position: Position, epoch: EpochHeader, before: EpochHeader | undefined): EpochFacts {
  const { firedAtMs, watermark, leftOut, idleForMs } = epoch;
  const held = heldBackBy(pipeline, epoch, before);
  return {
    position,
    firedAtMs,
    watermark,
    ...(before === undefined ? {} : { watermarkBefore: before.watermark }),
    ...(held === undefined ? {} : { heldBackBy: held }),
    leftOut,
    ...(idleForMs === undefined ? {} : { idleForMs }),
  };
}

/** The decision that was made then, made again from what the epoch says. */
function heldBackBy(pipeline: Pipeline<never>, epoch: EpochHeader, before: EpochHeader | undefined): HeldBackBy | undefined {
  const { cut, leftOut, firedAtMs, watermark } = epoch;
  if (watermark === END_OF_TIME) return undefined;
  const { strategies } = pipeline.sources;
  const { idleTimeoutMs } = pipeline;
  const shards = new Map(Object.entries(cut) as [ShardId, ShardCut][]);
  const { heldBackBy: slowest } = decideWatermark(
    { strategies, idleTimeoutMs },
    {
      shards,
      proofs: new Map(leftOut.map(({ shard, because, provenAtMs }) => [shard, { kind: PROOF[because], provenAtMs }])),
      floor: before?.watermark ?? BEGINNING_OF_TIME,
      nextDue: undefined,
      nowMs: firedAtMs,
    },
  );
  return slowest && { ...slowest, clock: new Standings(shards, idleTimeoutMs).clock(slowest.shard, slowest.source) };
}
