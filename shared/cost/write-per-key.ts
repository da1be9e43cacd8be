import { ASSUMED } from './assumed.ts';
import { type BillPart, billPart, line } from './bill.ts';
import { billedMs, gbSeconds } from './function-time.ts';
import { MEASURED } from './measured.ts';
import { MILLION } from './month.ts';
import type { Usage } from './usage.ts';
import type { Workload } from './workload.ts';

const UPDATES_AT_ONCE = 50;

/**
 * The design that comes to mind first: the same batches, and for every key in one an `UpdateItem` that adds to the item of its window. What it would cost to fire and
 * publish is left out, in its favour; so is that an `ADD` sent again counts twice.
 */
export function writePerKey({ ingestMemoryMb, prices: { dynamodb, lambda } }: Workload, { batches, batching }: Usage): BillPart {
  const { batch, record, event } = MEASURED.cpuUs.ingest;
  const cpuUs = batch + batching.records * record + batching.events * event + batching.rows * MEASURED.cpuUs.request;
  const ms = billedMs(cpuUs, (batching.rows / UPDATES_AT_ONCE) * ASSUMED.waitMs.dynamodb, ingestMemoryMb);
  return billPart('a write a key and batch', [
    line('updates', batches * batching.rows, 'write units', dynamodb.perMillionWriteUnits / MILLION),
    line('a request a batch', batches, 'requests', lambda.perMillionRequests / MILLION),
    line(`${Math.round(ms)} ms of ${ingestMemoryMb} MB each`, gbSeconds(batches, ms, ingestMemoryMb), 'GB-s', lambda.perGbSecond),
  ]);
}
