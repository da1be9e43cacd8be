import { recordsMax } from '../../shared/cost/batching.ts';
import type { Workload } from '../../shared/cost/workload.ts';
import { keyOf, orderAt } from './orders.ts';

// Far within the bound that a pipeline allows.
const DISORDER_MS = 1_000;

interface Arrival {
  readonly atMs: number;
  /** An event, or one a line. */
  readonly json: string;
}

/** A batch, and when Lambda hands it over. */
export interface TimedBatch {
  readonly atMs: number;
  readonly payloads: readonly string[];
}

/** What comes to one shard, at random moments, cut as Lambda cuts it: when it is full, or the batch window after its first record. */
export function* batchesOf(workload: Workload, fromMs: number, random: () => number): Generator<TimedBatch, never> {
  const most = recordsMax(workload);
  let next = arrivalAfter(fromMs, workload, random);
  for (;;) {
    const payloads: string[] = [];
    let atMs = next.atMs + workload.batchWindowMs;
    while (next.atMs <= atMs) {
      payloads.push(next.json);
      if (payloads.length === most) atMs = next.atMs;
      next = arrivalAfter(next.atMs, workload, random);
      if (payloads.length === most) break;
    }
    yield { atMs, payloads };
  }
}

/** The next record: it leaves its producer with the last of its events. */
function arrivalAfter(fromMs: number, workload: Workload, random: () => number): Arrival {
  const { rate, shards, keys, keyKind, eventsPerRecord } = workload;
  let atMs = fromMs;
  const lines = Array.from({ length: eventsPerRecord }, () => {
    atMs -= (Math.log(1 - random()) * 1_000 * shards) / rate;
    return JSON.stringify(orderAt(Math.floor(atMs - random() * DISORDER_MS), keyOf(keyKind, Math.floor(random() * keys)), random));
  });
  return { atMs, json: lines.join('\n') };
}
