import { Buffer } from 'node:buffer';
import { type KinesisClient, MergeShardsCommand, PutRecordCommand, SplitShardCommand } from '@aws-sdk/client-kinesis';
import { createStream, waitUntilStreamIsActive } from '../../local/provisioning/stream.ts';
import { readStream } from '../../local/stream-reader.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { OutputRecord } from '../../shared/ports/publisher.ts';

const MIDDLE = 2n ** 127n;

let streams = 0;

/** A stream of a Kinesis engine that no other test knows. */
export class TestStream {
  readonly kinesis: KinesisClient;
  readonly name: string;

  private constructor(kinesis: KinesisClient, name: string) {
    this.kinesis = kinesis;
    this.name = name;
  }

  static async create(kinesis: KinesisClient, shardCount = 1): Promise<TestStream> {
    const stream = new TestStream(kinesis, `stream-${++streams}`);
    await createStream(kinesis, { streamName: stream.name, shardCount });
    return stream;
  }

  /** @param hashKey Which shard it goes to; the lowest by default. */
  async put(hashKey = 0n): Promise<SequenceNumber> {
    const record = { PartitionKey: 'any', ExplicitHashKey: String(hashKey), Data: Buffer.from('{}') };
    const { SequenceNumber: number } = await this.kinesis.send(new PutRecordCommand({ StreamName: this.name, ...record }));
    return number as SequenceNumber;
  }

  /** Splits the shard that holds every hash key in the middle. */
  async split(shard: string): Promise<void> {
    const how = { ShardToSplit: shard, NewStartingHashKey: String(MIDDLE) };
    await this.kinesis.send(new SplitShardCommand({ StreamName: this.name, ...how }));
    await waitUntilStreamIsActive(this.kinesis, this.name);
  }

  async merge(shard: string, adjacent: string): Promise<void> {
    const how = { ShardToMerge: shard, AdjacentShardToMerge: adjacent };
    await this.kinesis.send(new MergeShardsCommand({ StreamName: this.name, ...how }));
    await waitUntilStreamIsActive(this.kinesis, this.name);
  }

  /** Everything on it, shard by shard. */
  async records(): Promise<OutputRecord[]> {
    const records: OutputRecord[] = [];
    for await (const { partitionKey, data } of readStream({ kinesis: this.kinesis, streamName: this.name, endAtTip: true })) {
      records.push({ partitionKey, json: Buffer.from(data).toString('utf8') });
    }
    return records;
  }
}
