/**
 * Remembers in DynamoDB which panes were seen.
 *
 * @module mullion/consumer/dynamodb
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type Put,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CorruptEntryError, FORMAT_VERSION } from '../../log/frame.ts';
import { consumerPartition } from '../../log/keys.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ConsumerMemory, MemoryChange, Remembered } from '../../ports/consumer-memory.ts';
import { systemClock } from '../system-clock.ts';

/** What {@link DynamoDBConsumerMemory} works with. */
export interface DynamoDBConsumerMemoryOptions {
  /** With `dynamodb:GetItem` and `dynamodb:PutItem` on the table. */
  readonly client: DynamoDBClient;
  /** A table with partition key `pk` (S), sort key `n` (N) and time to live by `x`, as a pipeline's own is; that one will do. */
  readonly tableName: string;
  /** Tells apart consumers that share the table. One name for each function and stream; with another name everything is new. */
  readonly consumer: string;
  /** How long after its last write the memory of a shard is kept. Default 30. */
  readonly retentionDays?: number;
  /** What decides when an item expires; the system's by default. */
  readonly clock?: Clock;
}

const DAY_S = 86_400;
const RETENTION_DAYS = 30;

/** What a consumer remembers, an item a shard: a bit for every pane of the newest epoch. */
export class DynamoDBConsumerMemory implements ConsumerMemory {
  readonly #options: DynamoDBConsumerMemoryOptions;

  constructor(options: DynamoDBConsumerMemoryOptions) {
    this.#options = options;
  }

  async read(shard: string): Promise<Remembered | undefined> {
    const { client, tableName } = this.#options;
    const { Item } = await client.send(new GetItemCommand({ TableName: tableName, Key: this.#key(shard), ConsistentRead: true }));
    return Item === undefined ? undefined : fromItem(Item, shard);
  }

  async write(change: MemoryChange): Promise<'written' | 'conflict'> {
    try {
      await this.#options.client.send(new PutItemCommand(this.#put(change)));
      return 'written';
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return 'conflict';
      throw error;
    }
  }

  /**
   * A write as one of the items of `TransactWriteItems`, beside those of the effect: then panes take effect exactly once. When the condition fails
   * (`TransactionCanceledException`) another has handled them: let the batch fail, and it is looked at anew.
   */
  transactItem(change: MemoryChange): { readonly Put: Put } {
    return { Put: this.#put(change) };
  }

  #put({ shard, remembered: { revision, byPipeline } }: MemoryChange) {
    const { tableName, retentionDays = RETENTION_DAYS, clock = systemClock } = this.#options;
    const seen = [...byPipeline].map(([pipeline, { epoch, indexes }]) => ({
      M: { p: { S: pipeline }, e: { N: String(epoch) }, i: { B: indexes } },
    }));
    return {
      TableName: tableName,
      Item: {
        ...this.#key(shard),
        v: { N: String(FORMAT_VERSION) },
        r: { N: String(revision) },
        s: { L: seen },
        x: { N: String(Math.floor(clock.nowMs() / 1000) + retentionDays * DAY_S) },
      } as Record<string, AttributeValue>,
      ...(revision === 1
        ? { ConditionExpression: 'attribute_not_exists(pk)' }
        : { ConditionExpression: 'r = :before', ExpressionAttributeValues: { ':before': { N: String(revision - 1) } } }),
    };
  }

  #key(shard: string) {
    return { pk: { S: consumerPartition(this.#options.consumer, shard) }, n: { N: '0' } };
  }
}

function fromItem(item: Record<string, AttributeValue>, shard: string): Remembered {
  if (item.v?.N !== String(FORMAT_VERSION)) {
    throw new CorruptEntryError(
      `what is remembered of shard ${shard} has format version ${item.v?.N}; this version reads ${FORMAT_VERSION}: deploy the version that wrote it`,
    );
  }
  return {
    revision: Number(item.r?.N),
    byPipeline: new Map(item.s?.L?.map(({ M }) => [M?.p?.S ?? '', { epoch: Number(M?.e?.N), indexes: M?.i?.B ?? new Uint8Array() }])),
  };
}
