import {
  type ChildShard,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  type KinesisClient,
  ProvisionedThroughputExceededException,
  ResourceNotFoundException,
} from '@aws-sdk/client-kinesis';
import type { SequenceNumber } from '../../log/sequence-number.ts';
import type { ShardProbe, ShardProbeResult } from '../../ports/shard-probe.ts';
import type { Shard, ShardId } from '../../watermarks/shard.ts';

// A shard takes five reads a second from all its readers. Without an answer in this many the next tick asks again.
const READS_MAX = 4;

/**
 * Looks behind a record of a Kinesis shard.
 *
 * An answer without records says little alone: on the way to the tip some are empty (then `MillisBehindLatest` is above 0, but one emulator
 * always says 0), and a closed shard may end only with the answer after the first empty one. So `empty` takes two in a row.
 */
export class KinesisShardProbe implements ShardProbe {
  readonly #client: KinesisClient;
  readonly #streamName: string;
  readonly #start: Pick<GetShardIteratorCommandInput, 'ShardIteratorType' | 'Timestamp'>;

  /** @param startingAt From which moment on the pipeline reads the stream; all that it keeps, where nothing is given. */
  constructor(client: KinesisClient, streamName: string, startingAt?: Date) {
    this.#client = client;
    this.#streamName = streamName;
    // What came before is never delivered: looking for it would hold time back for ever.
    this.#start =
      startingAt === undefined ? { ShardIteratorType: 'TRIM_HORIZON' } : { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: startingAt };
  }

  async probe(shard: ShardId, after: SequenceNumber | undefined): Promise<ShardProbeResult> {
    try {
      return await this.#read(shard, after);
    } catch (error) {
      if (error instanceof ResourceNotFoundException) return { kind: 'gone' };
      // Others read the shard, too, and they come first.
      if (error instanceof ProvisionedThroughputExceededException) return { kind: 'unknown' };
      throw error;
    }
  }

  async #read(shard: ShardId, after: SequenceNumber | undefined): Promise<ShardProbeResult> {
    const place =
      after === undefined ? this.#start : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', StartingSequenceNumber: after } as const);
    const start = await this.#client.send(new GetShardIteratorCommand({ StreamName: this.#streamName, ShardId: shard, ...place }));
    let iterator = start.ShardIterator;
    let emptyAtTip = 0;
    for (let read = 0; read < READS_MAX && iterator; read++) {
      const answer = await this.#client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: 1 }));
      if ((answer.Records ?? []).length > 0) return { kind: 'records' };
      if (!answer.NextShardIterator) return { kind: 'ended', children: (answer.ChildShards ?? []).map(toShard) };
      emptyAtTip = (answer.MillisBehindLatest ?? 0) === 0 ? emptyAtTip + 1 : 0;
      if (emptyAtTip === 2) return { kind: 'empty' };
      iterator = answer.NextShardIterator;
    }
    return { kind: 'records' };
  }
}

function toShard({ ShardId: id, ParentShards: parents }: ChildShard): Shard {
  return { id: id as ShardId, parents: (parents ?? []) as ShardId[] };
}
