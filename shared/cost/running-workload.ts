import type { SlicedAssigner, WindowAssigner } from '../windows/window.ts';
import type { EventTime } from '../time/event-time.ts';
import { settleWorkload, type Workload } from './workload.ts';

/** What is seen of a pipeline that runs. */
export interface SeenLoad {
  /** Events a second. */
  readonly rate: number;
  /** Of an event, which nobody measures. */
  readonly eventBytes: number;
  /** Of the fullest window of each definition, all together. */
  readonly keys: number;
  readonly shards: number;
  readonly lanes: number;
  readonly assigners: readonly WindowAssigner<never>[];
}

const SHARD_RECORDS_A_SECOND = 1_000;
const SHARD_BYTES_A_SECOND = 1_000_000;

/**
 * The workload of a month that goes on as a pipeline is seen now. One definition stands for all: that with the shortest slide, for it fires most; each of the others adds its keys.
 *
 * @throws {InvalidArgument} when the rate or the size cannot be.
 */
export function runningWorkload({ rate, eventBytes, keys, shards, lanes, assigners }: SeenLoad): Workload {
  const [{ sizeMs, slideMs }] = assigners.map(rhythmOf).sort((a, b) => a.slideMs - b.slideMs) as [Rhythm, ...Rhythm[]];
  // An emulator takes more than a shard in AWS does.
  const needed = Math.max(Math.ceil(rate / SHARD_RECORDS_A_SECOND), Math.ceil((rate * eventBytes) / SHARD_BYTES_A_SECOND));
  return settleWorkload({
    rate,
    eventBytes,
    keys: Math.max(keys, 1),
    window: sizeMs,
    slide: Math.min(slideMs, sizeMs),
    shards: Math.max(shards, needed, 1),
    lanes,
  });
}

interface Rhythm {
  readonly sizeMs: number;
  readonly slideMs: number;
}

const MONTH_MS = 730 * 3_600_000;

function rhythmOf(assigner: WindowAssigner<never>): Rhythm {
  if (assigner.merges) return { sizeMs: Math.max(assigner.gapMsMax, 1), slideMs: Math.max(assigner.gapMsMax, 1) };
  const end = firstEnd(assigner);
  // A global window has no end that a month would see.
  const sizeMs = Math.min(Math.max(end - assigner.startOf(end), 1), MONTH_MS);
  return { sizeMs, slideMs: Math.min(Math.max(assigner.nextEnd(end) - end, 1), sizeMs) };
}

function firstEnd(assigner: SlicedAssigner): EventTime {
  return assigner.firstEndOf(assigner.sliceOf(0 as EventTime));
}
