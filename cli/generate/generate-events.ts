import { type GeneratedEvent, generatedEvents } from '../../shared/generate/generated-events.ts';
import type { GeneratorOptions } from '../../shared/generate/generator-options.ts';
import { paced } from '../paced.ts';
import type { EventSink } from '../sink/event-sink.ts';
import { Tally } from './tally.ts';

/** How generating went. */
export interface Generated {
  /** Of what the sink has taken. */
  readonly tally: Tally;
  /** Events that were sent again, because the sink did not take them at once. */
  readonly again: number;
  readonly elapsedMs: number;
  /** When the last of them was due. */
  readonly dueMs: number;
}

export interface Generating {
  readonly sink: EventSink;
  /** 1 sends every event when it is due; infinity as fast as the sink takes them. */
  readonly speed: number;
  readonly signal: AbortSignal;
  readonly onProgress?: (events: number) => void;
}

const CHUNK_EVENTS = 500;

/**
 * Sends generated events to a sink, to their end or until the signal.
 *
 * @throws {InvalidArgument} naming the option, and what the sink throws.
 */
export async function generateEvents(options: GeneratorOptions, { sink, speed, signal, onProgress }: Generating): Promise<Generated> {
  const tally = new Tally();
  let [again, lastDueMs, sent] = [0, 0, 0];
  const startedAtMs = performance.now();
  const pace = { speed, signal, dueMs: ({ dueMs }: GeneratedEvent) => dueMs };
  for await (const batch of paced(inChunks(generatedEvents(options)), pace)) {
    const outcome = await sink.send(batch.map(({ partitionKey, json }) => ({ partitionKey, data: json })));
    tally.add(batch.slice(0, outcome.taken));
    again += outcome.again;
    sent += outcome.taken;
    lastDueMs = batch.at(-1)?.dueMs ?? lastDueMs;
    onProgress?.(sent);
  }
  await sink.close();
  return { tally, again, elapsedMs: performance.now() - startedAtMs, dueMs: lastDueMs / speed };
}

function* inChunks<T>(items: Iterable<T>): Generator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK_EVENTS) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
