import {
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ProvisionedThroughputExceededException,
} from '@aws-sdk/client-kinesis';
import type { Refusal } from '../../log/refusal.ts';
import type { RefusalFeed } from '../../ports/refusal-feed.ts';
import type { ShardDirectory } from '../../ports/shard-directory.ts';
import type { ShardId } from '../../watermarks/shard.ts';
import { kinesisShardDirectory } from './kinesis-shard-directory.ts';

// A payload may have a megabyte; who watches reads only its beginning.
const RECORDS_A_READ = 200;

/** Follows every shard of a side stream. One read a shard and call: five a second are for all who read it. */
export class KinesisRefusalFeed implements RefusalFeed {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #shards: ShardDirectory;
  readonly #start: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'Timestamp'>;
  readonly #decoder = new TextDecoder();
  readonly #iterators = new Map<ShardId, string>();
  readonly #read = new Map<ShardId, string>();
  readonly #ended = new Set<ShardId>();

  /** @param from What came before is left out; all that the stream keeps, where nothing is given. */
  constructor(client: KinesisClient, streamName: string, from?: Date) {
    this.#client = client;
    this.#streamName = streamName;
    this.#shards = kinesisShardDirectory(client, streamName);
    this.#start = from === undefined ? { ShardIteratorType: 'TRIM_HORIZON' } : { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: from };
  }

  async read(): Promise<readonly Refusal[]> {
    const shards = (await this.#shards.list()).filter(({ id }) => !this.#ended.has(id));
    return (await Promise.all(shards.map(({ id }) => this.#readShard(id)))).flat();
  }

  async #readShard(shard: ShardId): Promise<readonly Refusal[]> {
    try {
      const iterator = this.#iterators.get(shard) ?? (await this.#open(shard));
      const { Records: records = [], NextShardIterator: next } = await this.#client.send(
        new GetRecordsCommand({ ShardIterator: iterator, Limit: RECORDS_A_READ }),
      );
      const last = records.at(-1)?.SequenceNumber;
      if (last !== undefined) this.#read.set(shard, last);
      if (next) this.#iterators.set(shard, next);
      else this.#ended.add(shard);
      return records.map(({ Data: data }) => JSON.parse(this.#decoder.decode(data)) as Refusal);
    } catch (error) {
      if (error instanceof ExpiredIteratorException) this.#iterators.delete(shard);
      else if (!(error instanceof ProvisionedThroughputExceededException)) throw error;
      return [];
    }
  }

  async #open(shard: ShardId): Promise<string | undefined> {
    const read = this.#read.get(shard);
    const place =
      read === undefined ? this.#start : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: read } as const);
    const { ShardIterator: iterator } = await this.#client.send(
      new GetShardIteratorCommand({ StreamName: this.#streamName, ShardId: shard, ...place }),
    );
    return iterator;
  }
}
