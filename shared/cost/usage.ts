import { type Batching, batching } from './batching.ts';
import { commitPayloadBytes } from './commit-size.ts';
import { fireUse } from './fire-use.ts';
import { type Firings, firings } from './firings.ts';
import type { FunctionUse } from './function-time.ts';
import { ingestUse } from './ingest-use.ts';
import { MEASURED } from './measured.ts';
import { MONTH_S } from './month.ts';
import { publication } from './publication.ts';
import { type Snapshots, snapshots } from './snapshots.ts';
import { type SocketUse, socketUse } from './socket-use.ts';
import { type Entries, storedEntry } from './stored-entry.ts';
import { type StorageUse, storageUse } from './storage-use.ts';
import type { Workload } from './workload.ts';

/** What a pipeline uses in a month, before it is priced: everything that AWS counts. */
export interface Usage {
  readonly batches: number;
  readonly batching: Batching;
  readonly commitBytes: number;
  readonly firings: Firings;
  readonly snapshots: Snapshots;
  readonly entries: Entries;
  /** Write units by what they are for. */
  readonly writes: Readonly<Record<'commits' | 'epochs' | 'marks' | 'snapshots', number>>;
  readonly storage: StorageUse;
  /** On the output stream. */
  readonly outputRecords: number;
  readonly socket: SocketUse;
  readonly ingest: FunctionUse;
  readonly fire: FunctionUse;
}

export function usageOf(workload: Workload): Usage {
  const { keyKind, lanes, shards, largePayloads, stateRetentionDays } = workload;
  const batch = batching(workload);
  const batches = batch.batchesPerS * MONTH_S;
  const payloadBytes = commitPayloadBytes(batch, keyKind);
  const commitBytes = MEASURED.commit.baseBytes + payloadBytes;
  const fired = firings(workload, batch);
  const written = snapshots(workload, fired, batches * commitBytes);

  const epochBase = MEASURED.epoch.baseBytes + (shards - 1) * MEASURED.epoch.shardBytes;
  const panesAnEpoch = fired.epochs === 0 ? 0 : fired.panes / lanes / fired.epochs;
  const stored = (baseBytes: number, bytes: number) => storedEntry(baseBytes, bytes, largePayloads);
  const entries: Entries = {
    commit: stored(MEASURED.commit.baseBytes, payloadBytes),
    epoch: stored(epochBase, panesAnEpoch * MEASURED.epoch.paneBytes[keyKind]),
    standstill: stored(epochBase, 0),
    mark: stored(MEASURED.markBytes, 0),
    snapshot: stored(MEASURED.snapshot.baseBytes, written.payloadBytes),
  };
  const out = publication(workload, panesAnEpoch);
  const counts = {
    commit: batches,
    epoch: lanes * fired.epochs,
    standstill: lanes * written.standstills,
    mark: lanes * (fired.epochs * (1 + out.notes) + written.standstills),
    snapshot: lanes * written.written,
  };
  const appended = storageUse(
    (Object.keys(counts) as (keyof Entries)[]).map((kind) => ({ count: counts[kind], entry: entries[kind] })),
    stateRetentionDays,
  );
  const units = (kind: keyof Entries) => counts[kind] * entries[kind].writeUnits;
  const fire = fireUse(workload, { batches, rows: batch.rows, entries, firings: fired, snapshots: written });
  return {
    batches,
    batching: batch,
    commitBytes,
    firings: fired,
    snapshots: written,
    entries,
    writes: { commits: units('commit'), epochs: units('epoch') + units('standstill'), marks: units('mark'), snapshots: units('snapshot') },
    storage: { ...appended, readUnits: appended.readUnits + fire.readUnits, gets: fire.gets },
    outputRecords: lanes * fired.epochs * out.records,
    socket: socketUse(workload),
    ingest: ingestUse(workload, batch, batches, entries.commit, fired.wakes),
    fire: fire.function,
  };
}
