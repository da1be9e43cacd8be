import { readsJson } from '../pipeline/input-declaration.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { InputStream } from '../ports/input-stream.ts';
import { acceptEvents, type IntakeOutcome, type IntakeRefusal, mayBeRetried, RETRY_AFTER_MS } from './accept-events.ts';
import { readMessage } from './event-message.ts';

/** An event of a message that was not taken. */
export interface RefusedEvent {
  /** In the message, from 0. */
  readonly index: number;
  readonly code: IntakeRefusal;
  /** Why, and what to do: of the first of them, so that an answer stays short. */
  readonly message?: string;
}

/** What became of the events of a message: all that are not refused are on the stream. */
interface MessageOutcome {
  /** Of the message. */
  readonly id: string;
  /** How many of its events are on the stream. */
  readonly accepted: number;
  readonly refused: readonly RefusedEvent[];
}

/**
 * The answer to a message over a WebSocket. Whatever has `retryAfterMs` may be sent again after that many milliseconds.
 *
 * - `ack`: each event is on the stream, or is refused for good, as it is.
 * - `backpressure`: of some the stream could not take now, or did not say; the others are as with `ack`.
 * - `error`: `unreadable`, nothing was put; or `failed`, and nobody knows.
 */
export type SocketAnswer =
  | ({ readonly type: 'ack' } & MessageOutcome)
  | ({ readonly type: 'backpressure'; readonly retryAfterMs: number } & MessageOutcome)
  | { readonly type: 'error'; readonly code: 'unreadable'; readonly id?: string; readonly message: string }
  | { readonly type: 'error'; readonly code: 'failed'; readonly id: string; readonly message: string; readonly retryAfterMs: number };

/** Where the events of messages go. */
export interface SocketIntake {
  /** The pipeline that reads the stream: it says which key an event has. */
  readonly pipeline: Pipeline<never>;
  readonly stream: InputStream;
  /** Gets what went wrong and is nobody's fault but ours. */
  readonly onError: (error: unknown) => void;
}

// So that an answer is never longer than a message may be, whatever a pipeline's functions throw.
const EXPLAINED_MAX = 20;
const EXPLANATION_CHARACTERS_MAX = 300;

/** Puts the events of a message on the stream, one attempt for all, and says what became of each. An event is acknowledged only when the stream has said so. */
export async function answerMessage(text: string, { pipeline, stream, onError }: SocketIntake): Promise<SocketAnswer> {
  if (!readsJson(pipeline))
    return {
      type: 'error',
      code: 'unreadable',
      message: `pipeline '${pipeline.name}' does not read JSON alone; put records on its stream`,
    };
  const message = readMessage(text, stream.eventsMax);
  const { id } = message;
  if ('reason' in message) return { type: 'error', code: 'unreadable', ...(id !== undefined && { id }), message: message.reason };
  try {
    return answerOf(message.id, await acceptEvents(pipeline, message.events, stream));
  } catch (error) {
    onError(error);
    // What went wrong may hold what nobody outside should read.
    const sentence = 'it failed, and some of it may be on the stream; the log says why. Send it again later';
    return { type: 'error', code: 'failed', id: message.id, message: sentence, retryAfterMs: RETRY_AFTER_MS };
  }
}

function answerOf(id: string, outcomes: readonly IntakeOutcome[]): SocketAnswer {
  const refused: RefusedEvent[] = [];
  for (const [index, outcome] of outcomes.entries()) {
    if (outcome.status === 'accepted') continue;
    const { code, message } = outcome;
    refused.push({ index, code, ...(refused.length < EXPLAINED_MAX && { message: message.slice(0, EXPLANATION_CHARACTERS_MAX) }) });
  }
  const outcome = { id, accepted: outcomes.length - refused.length, refused };
  return outcomes.some(mayBeRetried) ? { type: 'backpressure', retryAfterMs: RETRY_AFTER_MS, ...outcome } : { type: 'ack', ...outcome };
}
