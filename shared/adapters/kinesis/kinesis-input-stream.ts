import { type KinesisClient, PutRecordsCommand, type PutRecordsResultEntry } from '@aws-sdk/client-kinesis';
import type { InputStream, PutResult, StreamedEvent } from '../../ports/input-stream.ts';
import { entryOf } from './put-batches.ts';
import { passingFailureOf } from './put-records.ts';

/** A Kinesis stream that takes events. */
export class KinesisInputStream implements InputStream {
  /** Of a record. A stream can be told to take more, and nothing here knows whether it was. */
  readonly eventBytesMax = 2 ** 20;
  readonly eventsMax = 500;
  readonly #client: KinesisClient;
  readonly #streamName: string;

  constructor(client: KinesisClient, streamName: string) {
    this.#client = client;
    this.#streamName = streamName;
  }

  async put(events: readonly StreamedEvent[]): Promise<readonly PutResult[]> {
    if (events.length === 0) return [];
    try {
      const command = new PutRecordsCommand({ StreamName: this.#streamName, Records: events.map(entryOf) });
      const { Records: results = [] } = await this.#client.send(command);
      return events.map((_event, index) => resultOf(results[index]));
    } catch (error) {
      const kind = passingFailureOf(error);
      if (kind === undefined) throw error;
      const { name } = error as Error;
      return events.map(() => ({ kind, message: name }));
    }
  }
}

function resultOf({ ShardId: shardId, SequenceNumber: sequenceNumber, ErrorCode: code }: PutRecordsResultEntry = {}): PutResult {
  if (shardId !== undefined && sequenceNumber !== undefined) return { kind: 'taken', shardId, sequenceNumber };
  // Of the two codes that there are one is a throttle, and behind the other nobody knows.
  return { kind: code === 'InternalFailure' ? 'unanswered' : 'throttled', message: code ?? 'no answer' };
}
