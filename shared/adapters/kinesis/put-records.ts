import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import { backoffMs, pause } from '../pause.ts';
import type { PutEntry } from './put-batches.ts';

const RETRY_WAIT = { firstMs: 50, maxMs: 5_000 };

export interface PutOutcome {
  readonly putCount: number;
  /** Entries that were put again. */
  readonly retriedCount: number;
}

/**
 * Puts one batch, and again what the stream refused, until every entry is in or the signal is aborted. When an answer
 * is lost the whole of the call is repeated: an entry may then be on the stream twice, as with any Kinesis producer.
 * Throws what waiting cannot cure. (The engine's own publisher gives up after some attempts: a function must, before its time is over.)
 */
export async function putBatch(
  kinesis: KinesisClient,
  streamName: string,
  entries: readonly PutEntry[],
  signal?: AbortSignal,
): Promise<PutOutcome> {
  let rest = entries;
  let retriedCount = 0;
  for (let failuresInARow = 0; ; ) {
    const results = await putOnce(kinesis, streamName, rest);
    const refused = results === undefined ? rest : refusedEntries(rest, results);
    failuresInARow = refused.length < rest.length ? 1 : failuresInARow + 1;
    rest = refused;
    if (rest.length === 0 || signal?.aborted === true) return { putCount: entries.length - rest.length, retriedCount };
    await pause(backoffMs(failuresInARow, RETRY_WAIT), signal);
    retriedCount += rest.length;
  }
}

/** The entries without a sequence number in the answer, in their order: a call that succeeds may still refuse some. */
function refusedEntries(entries: readonly PutEntry[], results: readonly PutRecordsResultEntry[]): readonly PutEntry[] {
  return entries.filter((_, index) => results[index]?.SequenceNumber === undefined);
}

/** Undefined when the service could not be reached or is too busy. */
async function putOnce(
  kinesis: KinesisClient,
  streamName: string,
  entries: readonly PutEntry[],
): Promise<PutRecordsResultEntry[] | undefined> {
  try {
    const command = new PutRecordsCommand({ StreamName: streamName, Records: [...entries] });
    return (await kinesis.send(command)).Records ?? [];
  } catch (error) {
    if (passingFailureOf(error) !== undefined) return undefined;
    throw error;
  }
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'LimitExceededException',
  'ThrottlingException',
  'KMSThrottlingException',
]);
const TIMEOUTS = new Set(['RequestTimeout', 'TimeoutError']);

/**
 * Whether a call may go through later: it was throttled, and nothing happened; or no answer came, or that of a failing service, and nobody knows what happened. Undefined:
 * everything else stays as it is however often it is tried.
 */
export function passingFailureOf(error: unknown): 'throttled' | 'unanswered' | undefined {
  if (!(error instanceof Error)) return undefined;
  if (THROTTLES.has(error.name)) return 'throttled';
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: number } };
  const hasNoAnswer = 'code' in error && metadata?.httpStatusCode === undefined;
  return hasNoAnswer || (metadata?.httpStatusCode ?? 0) >= 500 || TIMEOUTS.has(error.name) ? 'unanswered' : undefined;
}
