declare const shardId: unique symbol;

/** A Kinesis shard: `shardId-000000000000`. */
export type ShardId = string & { readonly [shardId]: true };

/** A shard and where it comes from: no parents for an original one, one after a split, two after a merge. */
export interface Shard {
  readonly id: ShardId;
  /** May have outlived the stream's retention; then nobody lists them any more. */
  readonly parents: readonly ShardId[];
}
