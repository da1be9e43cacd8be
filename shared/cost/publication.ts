import { distinctKeys } from './distinct-keys.ts';
import { MEASURED } from './measured.ts';
import type { Workload } from './workload.ts';

/** How the panes of one epoch go out. */
export interface Publication {
  readonly records: number;
  readonly requests: number;
  /** Entries that say how far it is out, before the one that says that it is. */
  readonly notes: number;
  /** How long the shards make fire wait: what comes in a moment leaves at the pace that they take. */
  readonly throttledMs: number;
}

const PUT_RECORDS_MAX = 500;
const SHARD_RECORDS_A_SECOND = 1_000;
const SHARD_BYTES_A_SECOND = 1_000_000;
// As in the publisher that packs: records of so many bytes, by so many parts of the keys.
const PACK_BYTES = 25_000;
const PACK_BUCKETS = 64;
// As where epochs are published: a note behind so many panes.
const PANES_A_NOTE = 10_000;

/** How long one shard needs to take so much. */
export function secondsOnShard(records: number, bytes: number): number {
  return Math.max(records / SHARD_RECORDS_A_SECOND, bytes / SHARD_BYTES_A_SECOND);
}

export function publication(
  { keyKind, outputShards, panesPerRecord }: Pick<Workload, 'keyKind' | 'outputShards' | 'panesPerRecord'>,
  panes: number,
): Publication {
  const bytes = panes * MEASURED.epoch.paneJsonBytes[keyKind];
  const buckets = distinctKeys(PACK_BUCKETS, panes);
  const records = panesPerRecord === 'one' || panes === 0 ? panes : buckets * Math.ceil(bytes / buckets / PACK_BYTES);
  const seconds = secondsOnShard(records, bytes) / outputShards;
  return {
    records,
    requests: Math.ceil(records / PUT_RECORDS_MAX),
    notes: Math.max(0, Math.ceil(panes / PANES_A_NOTE) - 1),
    throttledMs: Math.max(0, seconds - 1) * 1_000,
  };
}
