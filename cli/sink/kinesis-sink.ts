import { kinesisClient } from '../../shared/adapters/kinesis/kinesis-client.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { entryOf, OpenBatch, type StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';
import { type PutOutcome, putBatch } from '../../shared/adapters/kinesis/put-records.ts';
import { reasonOf, targetOf } from '../aws-target.ts';
import { CommandError } from '../command-error.ts';
import type { EventSink, SendOutcome } from './event-sink.ts';

export interface KinesisSinkOptions {
  readonly streamName: string;
  /** Of a local stack, or of another way to Kinesis. */
  readonly endpoint: string | undefined;
  /** Ends the attempts to get a batch in. */
  readonly signal: AbortSignal;
}

/**
 * A Kinesis stream. One batch is under way at a time, and what the stream refuses of it goes again until it is taken, before anything that
 * follows. Region and credentials come from where the AWS SDK looks for them.
 */
export class KinesisSink implements EventSink {
  readonly name: string;
  readonly #options: KinesisSinkOptions;
  readonly #client;

  private constructor(options: KinesisSinkOptions) {
    const { streamName, endpoint } = options;
    this.name = `stream '${streamName}'${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    this.#options = options;
    this.#client = kinesisClient(targetOf(endpoint));
  }

  /** @throws {CommandError} when there is no such stream, or no way to it. */
  static async open(options: KinesisSinkOptions): Promise<KinesisSink> {
    const sink = new KinesisSink(options);
    try {
      await kinesisShardDirectory(sink.#client, options.streamName).list();
    } catch (error) {
      // Whoever may put records need not be allowed to look at the stream.
      if (!(error instanceof Error) || error.name !== 'AccessDeniedException') throw sink.#cannotBeWritten(error);
    }
    return sink;
  }

  async send(events: readonly StreamEvent[]): Promise<SendOutcome> {
    const batch = new OpenBatch();
    let outcome: SendOutcome = { taken: 0, again: 0 };
    for (const event of events) {
      const entry = entryOf(event);
      if (!batch.hasRoomFor(entry)) outcome = sumOf(outcome, await this.#put(batch));
      if (this.#options.signal.aborted) return outcome;
      batch.add(entry);
    }
    return batch.isEmpty ? outcome : sumOf(outcome, await this.#put(batch));
  }

  async close(): Promise<void> {
    this.#client.destroy();
  }

  async #put(batch: OpenBatch): Promise<SendOutcome> {
    const entries = batch.take();
    let put: PutOutcome;
    try {
      put = await putBatch(this.#client, this.#options.streamName, entries, this.#options.signal);
    } catch (error) {
      throw this.#cannotBeWritten(error);
    }
    // Which of them are in is not told.
    return { taken: put.putCount === entries.length ? put.putCount : 0, again: put.retriedCount };
  }

  #cannotBeWritten(error: unknown): CommandError {
    const remedy = 'check its name, AWS_REGION and credentials (kinesis:PutRecords), and --endpoint for a local stack';
    return new CommandError(`${this.name}: it cannot be written: ${reasonOf(error)}; ${remedy}`, { cause: error });
  }
}

function sumOf(one: SendOutcome, other: SendOutcome): SendOutcome {
  return { taken: one.taken + other.taken, again: one.again + other.again };
}
