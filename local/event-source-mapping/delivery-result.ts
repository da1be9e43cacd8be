import type { InvocationOutcome } from '../lambda/invocation.ts';
import type { MappingConfiguration } from './configuration.ts';
import type { DeliverableRecord } from './kinesis-event.ts';

/** What an invocation says about the records it was given. */
export type DeliveryResult =
  | { readonly kind: 'succeeded' }
  /** Everything from the record at this index on must come again. */
  | { readonly kind: 'failedFrom'; readonly index: number }
  /** `handler`: the function threw, timed out or died. `answer`: its answer does not say which records failed. */
  | { readonly kind: 'failed'; readonly cause: 'handler' | 'answer' };

const FAILED_ANSWER: DeliveryResult = { kind: 'failed', cause: 'answer' };

/**
 * Reads the outcome of an invocation by Lambda's rules. With `ReportBatchItemFailures` the lowest sequence number
 * named is the checkpoint; an answer, or a list in it, that is empty, null or absent is a success; an identifier that
 * is empty, null, not in the batch or under another key fails the whole batch. Without it the answer is not looked at.
 */
export function deliveryResult(
  outcome: InvocationOutcome,
  records: readonly DeliverableRecord[],
  { functionResponseTypes }: MappingConfiguration,
): DeliveryResult {
  if (outcome.kind === 'failed') return { kind: 'failed', cause: 'handler' };
  if (!functionResponseTypes.includes('ReportBatchItemFailures')) return { kind: 'succeeded' };
  const failures = propertyOf(outcome.response, 'batchItemFailures');
  if (failures === undefined || failures === null) return { kind: 'succeeded' };
  if (!Array.isArray(failures)) return FAILED_ANSWER;
  if (failures.length === 0) return { kind: 'succeeded' };
  const indexOf = new Map<unknown, number>(records.map((record, index) => [record.event.kinesis.sequenceNumber, index]));
  let lowest = records.length;
  for (const failure of failures) {
    const index = indexOf.get(propertyOf(failure, 'itemIdentifier'));
    if (index === undefined) return FAILED_ANSWER;
    lowest = Math.min(lowest, index);
  }
  return { kind: 'failedFrom', index: lowest };
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
