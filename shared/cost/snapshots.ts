import { distinctKeys } from './distinct-keys.ts';
import type { Firings } from './firings.ts';
import { rowBytes } from './commit-size.ts';
import { sliceMs } from './batching.ts';
import { MONTH_S } from './month.ts';
import type { Workload } from './workload.ts';

/** Of a month, of one lane. */
export interface Snapshots {
  readonly written: number;
  /** Those of them that an epoch must be written for, since none was due. */
  readonly standstills: number;
  /** Of one, on average. */
  readonly payloadBytes: number;
}

const NONE: Snapshots = { written: 0, standstills: 0, payloadBytes: 0 };
// As in the rule for snapshots: for less none is written.
const COMMIT_BYTES_MIN = 128 * 1_024;
// What is usual shows within a few windows; that of a day has many ticks.
const WINDOWS_WALKED = 6;
const LOOKS_MAX = 20_000;
const MONTH_MS = MONTH_S * 1_000;

/**
 * The state is written down when the commits that a start would read have more bytes than it. When that is depends on how ticks and ends of windows follow each other, so the
 * model goes through some windows as fire does, with the bytes of commits that are usual.
 *
 * @param commitBytes Of a month's commits.
 */
export function snapshots(workload: Workload, { epochs }: Firings, commitBytes: number): Snapshots {
  const { windowMs, tickMs } = workload;
  const delayMs = epochDelayMs(workload);
  if (epochs === 0) return NONE;
  const bytesPerMs = commitBytes / MONTH_MS;
  const epochEveryMs = MONTH_MS / epochs;
  const horizonMs = Math.min(WINDOWS_WALKED * windowMs + 10 * tickMs, LOOKS_MAX * Math.min(tickMs, epochEveryMs));

  let [readFromMs, stateBytes] = [0, 0];
  let [written, standstills, bytes] = [0, 0, 0];
  let [tickAtMs, endAtMs] = [tickMs / 2, epochEveryMs + delayMs];
  while (Math.min(tickAtMs, endAtMs) <= horizonMs) {
    const isEnd = endAtMs <= tickAtMs;
    const atMs = isEnd ? endAtMs : tickAtMs;
    if (isEnd) {
      endAtMs += epochEveryMs;
      // Older commits are of no window that is open.
      readFromMs = Math.max(readFromMs, atMs - windowMs);
    } else tickAtMs += tickMs;
    if (bytesPerMs * (atMs - readFromMs) < Math.max(COMMIT_BYTES_MIN, stateBytes)) continue;
    stateBytes = openBytes(workload, isEnd ? 0 : epochEveryMs - (endAtMs - atMs));
    readFromMs = atMs;
    written++;
    bytes += stateBytes;
    if (!isEnd) standstills++;
  }
  const each = MONTH_MS / horizonMs;
  return { written: written * each, standstills: standstills * each, payloadBytes: written === 0 ? 0 : bytes / written };
}

/** The state of one lane, so long after an epoch. */
function openBytes(workload: Workload, sinceEpochMs: number): number {
  const { rate, keys, keyKind, lanes, windowMs } = workload;
  const slice = sliceMs(workload);
  const bytesOf = (ms: number) => {
    const events = (rate * ms) / 1_000;
    const rows = distinctKeys(keys, events);
    return rows === 0 ? 0 : rows * rowBytes(keyKind, events / rows);
  };
  // What a window's end waits for belongs to the windows behind it.
  const newestMs = Math.min(slice, sinceEpochMs + epochDelayMs(workload));
  return ((windowMs / slice - 1) * bytesOf(slice) + bytesOf(newestMs)) / lanes;
}

/** From the end of a window until the commit that lets it close. */
function epochDelayMs({ outOfOrdernessMs, batchWindowMs }: Workload): number {
  return outOfOrdernessMs + batchWindowMs / 2;
}
