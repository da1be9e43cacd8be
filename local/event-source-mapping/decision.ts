import type { Batch } from './batch.ts';
import type { MappingConfiguration } from './configuration.ts';
import type { DeliveryResult } from './delivery-result.ts';

/** What becomes of a batch after an invocation. The checkpoint of the shard follows what is done or discarded. */
export type Decision =
  /** All records are done. */
  | { readonly kind: 'advance' }
  /** The first `doneCount` records are done, the others are delivered again. */
  | { readonly kind: 'retry'; readonly doneCount: number; readonly rest: Batch }
  /** Both halves are delivered again, one after the other. */
  | { readonly kind: 'bisect'; readonly halves: readonly [Batch, Batch] }
  /** The first `doneCount` records are done, the others are given up: they go to the on-failure destination. */
  | { readonly kind: 'discard'; readonly doneCount: number; readonly rest: Batch };

/**
 * Decides by Lambda's rules. Splitting costs no retry: neither into halves, nor, where bisecting is configured, at the
 * record that the function names. Without bisecting, AWS does not say whether an answer that made progress costs a
 * retry; it does here, the stricter reading: what survives this mapping survives the other.
 */
export function decide(
  batch: Batch,
  result: DeliveryResult,
  { bisectBatchOnFunctionError, maximumRetryAttempts }: MappingConfiguration,
): Decision {
  if (result.kind === 'succeeded') return { kind: 'advance' };
  const doneCount = result.kind === 'failedFrom' ? result.index : 0;
  const rest: Batch = { ...batch, records: batch.records.slice(doneCount), invocations: batch.invocations + 1 };
  if (bisectBatchOnFunctionError) {
    if (doneCount > 0) return { kind: 'retry', doneCount, rest };
    if (result.kind === 'failed' && rest.records.length > 1) return { kind: 'bisect', halves: halvesOf(rest) };
  }
  const mayRetry = maximumRetryAttempts === -1 || batch.retriesUsed < maximumRetryAttempts;
  if (!mayRetry) return { kind: 'discard', doneCount, rest };
  return { kind: 'retry', doneCount, rest: { ...rest, retriesUsed: batch.retriesUsed + 1 } };
}

function halvesOf(batch: Batch): [Batch, Batch] {
  const middle = Math.ceil(batch.records.length / 2);
  return [
    { ...batch, records: batch.records.slice(0, middle) },
    { ...batch, records: batch.records.slice(middle) },
  ];
}
