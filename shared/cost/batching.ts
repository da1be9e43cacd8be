import { distinctKeys } from './distinct-keys.ts';
import type { Workload } from './workload.ts';

/** How records come to ingest. Averages. */
export interface Batching {
  /** Of all shards together. */
  readonly batchesPerS: number;
  readonly records: number;
  readonly events: number;
  /** Of the stretches of time that state is kept by, how many a batch touches. */
  readonly slices: number;
  /** Keys in every slice that a batch touches: what a commit has a row for. */
  readonly rows: number;
}

// Lambda takes 6 MB for a batch. Around its data, in base64, a record has so many bytes of JSON there.
const PAYLOAD_BYTES_MAX = 6 * 1_048_576;
const ENVELOPE_BYTES = 538;

/**
 * A batch begins with the first record after the one before, and ends when the batch window is over or it is full: `1 + rate · window` records, where
 * they come at random.
 */
export function batching(workload: Workload): Batching {
  const { rate, eventsPerRecord, shards, keys, batchWindowMs } = workload;
  const recordsPerS = rate / eventsPerRecord / shards;
  if (recordsPerS === 0) return { batchesPerS: 0, records: 0, events: 0, slices: 0, rows: 0 };
  const records = Math.min(1 + (recordsPerS * batchWindowMs) / 1_000, recordsMax(workload));
  const events = records * eventsPerRecord;
  const slices = 1 + ((records / recordsPerS) * 1_000) / sliceMs(workload);
  return { batchesPerS: (shards * recordsPerS) / records, records, events, slices, rows: slices * distinctKeys(keys, events / slices) };
}

/** How many records Lambda puts into one batch. */
export function recordsMax({ recordBytes, batchRecordsMax }: Workload): number {
  const bytes = ENVELOPE_BYTES + 4 * Math.ceil(recordBytes / 3);
  return Math.max(1, Math.min(batchRecordsMax, Math.floor(PAYLOAD_BYTES_MAX / bytes)));
}

/** How long a slice is, on average: where the slide does not divide the window, two make a slide. */
export function sliceMs({ windowMs, slideMs }: Workload): number {
  return windowMs % slideMs === 0 ? slideMs : slideMs / 2;
}
