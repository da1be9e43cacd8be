import type { SequenceNumber } from '../log/sequence-number.ts';
import type { Shard, ShardId } from '../watermarks/shard.ts';
import type { ShardProofKind } from '../watermarks/shard-proof.ts';

export interface ShardProbeResult {
  readonly kind: ShardProofKind;
  /** Of a shard that has ended, the children where the stream names them. */
  readonly children?: readonly Shard[];
}

/** Looks behind a place of a shard of the input stream, without taking anything. */
export interface ShardProbe {
  /**
   * What stands behind a record, or on the whole shard when none is given. `empty`, `ended` and `gone` must be certain for the moment of the
   * call: every record put before it would have been seen. Throws when the stream cannot be asked; that proves nothing.
   */
  probe(shard: ShardId, after: SequenceNumber | undefined): Promise<ShardProbeResult>;
}
