import { Buffer } from 'node:buffer';
import { type KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import type { OutputRecord, Publisher } from '../../ports/publisher.ts';
import { requestBatches } from '../request-batches.ts';
import { oneEach, packed, type StreamRecord } from './records-of-documents.ts';

export interface KinesisPublisherOptions {
  readonly client: KinesisClient;
  readonly streamName: string;
  /** Whether documents share records; by default each has its own. */
  readonly packs?: boolean;
  /** Told how many records the stream did not take at once, before they go out again. */
  readonly onRetry?: (records: number) => void;
  readonly sleep?: (ms: number) => Promise<void>;
}

// Limits of PutRecords: 500 records and, to stay with streams of any age, 5 MB.
const REQUEST = { itemsMax: 500, bytesMax: 5_000_000 };
// Of a record, with its partition key of up to 256 characters. A stream can be told to take more, and nothing here knows whether it was.
const RECORD_BYTES_MAX = 2 ** 20;
const PARTITION_KEY_BYTES_MAX = 1_024;
const ATTEMPTS_MAX = 10;
const BACKOFF_FIRST_MS = 50;
const BACKOFF_MAX_MS = 2_000;

/** A stream did not take records: throttled, or gone. Some may be on it; publish again, repeats carry the same ids. */
export class PublishError extends Error {
  override readonly name = 'PublishError';
}

/**
 * Publishes to a Kinesis stream. Kinesis answers 200 to a `PutRecords` of which it took only a part; what it did not take, and only that,
 * goes out again before anything later does.
 */
export class KinesisPublisher implements Publisher {
  readonly documentBytesMax = RECORD_BYTES_MAX - PARTITION_KEY_BYTES_MAX;
  readonly #options: KinesisPublisherOptions;

  constructor(options: KinesisPublisherOptions) {
    this.#options = options;
  }

  async publish(documents: readonly OutputRecord[]): Promise<void> {
    const records = this.#options.packs === true ? packed(documents) : oneEach(documents);
    for (const batch of requestBatches(records, sizeOf, REQUEST)) await this.#put(batch);
  }

  async #put(batch: readonly StreamRecord[]): Promise<void> {
    const { client, streamName, onRetry, sleep = pause } = this.#options;
    let remaining = batch;
    for (let attempt = 1; ; attempt++) {
      const { FailedRecordCount = 0, Records = [] } = await client.send(
        new PutRecordsCommand({ StreamName: streamName, Records: [...remaining] }),
      );
      if (FailedRecordCount === 0) return;
      remaining = remaining.filter((_record, index) => Records[index]?.ErrorCode !== undefined);
      if (attempt === ATTEMPTS_MAX) {
        const codes = [...new Set(Records.flatMap(({ ErrorCode }) => ErrorCode ?? []))].join(', ');
        throw new PublishError(`stream '${streamName}' did not take ${remaining.length} records in ${attempt} attempts: ${codes}`);
      }
      onRetry?.(remaining.length);
      await sleep(Math.min(BACKOFF_FIRST_MS * 2 ** (attempt - 1), BACKOFF_MAX_MS));
    }
  }
}

async function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function sizeOf({ Data, PartitionKey }: StreamRecord): number {
  return Data.length + Buffer.byteLength(PartitionKey);
}
