import { ASSUMED } from './assumed.ts';
import type { Batching } from './batching.ts';
import { billedMs, type FunctionUse, gbSeconds } from './function-time.ts';
import { MEASURED } from './measured.ts';
import type { StoredEntry } from './stored-entry.ts';
import type { Workload } from './workload.ts';

/** One invocation a batch: decode and fold its events, encode its rows, append them, and now and then wake fire. */
export function ingestUse(
  { ingestMemoryMb, gzipRatio }: Workload,
  { records, events, rows }: Batching,
  batches: number,
  commit: StoredEntry,
  wakes: number,
): FunctionUse {
  if (batches === 0) return { invocations: 0, ms: 0, gbSeconds: 0 };
  const { request, ingest } = MEASURED.cpuUs;
  const { waitMs } = ASSUMED;
  const wakesPerBatch = wakes / batches;
  const cpuUs =
    ingest.batch +
    records * ingest.record +
    events * (ingest.event + (gzipRatio > 1 ? ingest.gunzip : 0)) +
    rows * ingest.row +
    (commit.requests + commit.objects + wakesPerBatch) * request;
  const ms = billedMs(
    cpuUs,
    commit.requests * waitMs.dynamodb + commit.objects * waitMs.s3Put + wakesPerBatch * waitMs.lambda,
    ingestMemoryMb,
  );
  return { invocations: batches, ms, gbSeconds: gbSeconds(batches, ms, ingestMemoryMb) };
}
