import { Buffer } from 'node:buffer';
import { InvalidRecord } from '../ingest/invalid-record.ts';
import { partitionKeyOf } from '../ingest/partition-key.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { InputStream, PutResult, StreamedEvent } from '../ports/input-stream.ts';

/** An event that somebody hands in. */
export interface OfferedEvent {
  /** As it is to stand on the stream: JSON. */
  readonly text: string;
  /** What that says. */
  readonly data: unknown;
  /** Beside which others it goes. By default, its key in the pipeline's first window. */
  readonly partitionKey?: string | undefined;
}

/** Why an event was not taken: it is too large, has no key, or the stream could not take it now, or did not answer. */
export type IntakeRefusal = 'tooLarge' | 'key' | 'throttled' | 'unanswered';

/** What became of one event. */
export type IntakeOutcome =
  | { readonly status: 'accepted'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly status: 'refused'; readonly code: IntakeRefusal; readonly message: string };

/** When what could not be taken may be sent again. What a shard takes is counted by the second. */
export const RETRY_AFTER_MS = 1_000;

/**
 * Puts events on the stream of a pipeline, one attempt for all. What is wrong with one of them is its own affair.
 *
 * @returns What became of each, in their order.
 */
export async function acceptEvents(
  pipeline: Pipeline<never>,
  offered: readonly OfferedEvent[],
  stream: InputStream,
): Promise<readonly IntakeOutcome[]> {
  const checked = offered.map((event) => check(pipeline as Pipeline, event, stream.eventBytesMax));
  const results = (await stream.put(checked.filter((each) => 'data' in each))).values();
  return checked.map((each) => ('data' in each ? outcomeOf(results.next().value) : each));
}

/** Whether the same event may be taken when it is sent again. */
export function mayBeRetried(outcome: IntakeOutcome): boolean {
  return outcome.status === 'refused' && (outcome.code === 'throttled' || outcome.code === 'unanswered');
}

function check(pipeline: Pipeline, { text, data, partitionKey }: OfferedEvent, bytesMax: number): StreamedEvent | IntakeOutcome {
  let key: string | undefined;
  try {
    key = partitionKey ?? partitionKeyOf(pipeline, data);
  } catch (error) {
    if (!(error instanceof InvalidRecord)) throw error;
    return refused('key', `${error.message}; or say its partitionKey`);
  }
  if (key === undefined) return refused('key', 'the pipeline gives it no key; say its partitionKey');
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(key);
  if (bytes > bytesMax) return refused('tooLarge', `it has ${bytes} bytes with its key; allowed: ${bytesMax}`);
  // Between two values of JSON, where alone it stands in it, a line end is a blank.
  return { partitionKey: key, data: pipeline.input?.format === 'ndjson' ? text.replaceAll(/[\r\n]+/g, ' ') : text };
}

function outcomeOf(result: PutResult | undefined): IntakeOutcome {
  if (result?.kind === 'taken') return { status: 'accepted', shardId: result.shardId, sequenceNumber: result.sequenceNumber };
  if (result?.kind === 'throttled')
    return refused('throttled', `the stream takes no more at the moment (${result.message}); send it again`);
  return refused(
    'unanswered',
    `nobody said whether it is on the stream (${result?.message ?? 'no answer'}); sent again, it may come twice`,
  );
}

function refused(code: IntakeRefusal, message: string): IntakeOutcome {
  return { status: 'refused', code, message };
}
