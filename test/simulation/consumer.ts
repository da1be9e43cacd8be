import middy from '@middy/core';
import { type DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { KinesisClient } from '@aws-sdk/client-kinesis';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { freshPanes, type FreshPanesOptions, type PaneEvent } from '../../functions/consumer/fresh-panes.ts';
import { DynamoDBConsumerMemory } from '../../shared/adapters/dynamodb/dynamodb-consumer-memory.ts';
import { kinesisShardDirectory } from '../../shared/adapters/kinesis/kinesis-shard-directory.ts';
import { effectItem } from './effect-item.ts';
import type { Sandbox } from './sandbox.ts';
import type { World } from './world.ts';

/** When a consumer notes panes as handled, and where: each promises something else. */
export const CONSUMER_KINDS = ['inTransaction', 'after', 'before', 'forgetful'] as const;

export type ConsumerKind = (typeof CONSUMER_KINDS)[number];

interface ConsumerOptions {
  readonly kind: ConsumerKind;
  /** Whether its mapping takes partial answers for what they are. */
  readonly reportsFailures: boolean;
  /** Told of every effect that is no item. */
  readonly tookEffect: (pane: string) => void;
  readonly sandbox: Sandbox;
  readonly tableClient: DynamoDBClient;
  readonly kinesis: KinesisClient;
  readonly change?: ((options: FreshPanesOptions) => FreshPanesOptions) | undefined;
}

/** The function on the output stream: the real middleware, and effects that are counted. */
export function createConsumerHandler(
  world: World,
  { kind, reportsFailures, tookEffect, sandbox, tableClient, kinesis, change }: ConsumerOptions,
) {
  const { random, faults } = world;
  const memory = new DynamoDBConsumerMemory({ client: tableClient, tableName: 'state', consumer: 'effects', clock: sandbox.clock });
  const options: FreshPanesOptions = kind === 'forgetful' ? {} : { memory, note: kind, shards: kinesisShardDirectory(kinesis, 'output') };
  const handler = middy<PaneEvent, KinesisStreamBatchResponse>()
    .use(freshPanes(change?.(options) ?? options))
    .handler(async ({ Records, panes, turn }) => {
      if (kind === 'inTransaction') {
        await tableClient.send(
          new TransactWriteItemsCommand({ TransactItems: [...panes.map(effectItem), memory.transactItem(turn.change())] }),
        );
        return { batchItemFailures: [] };
      }
      for (const [index, pane] of panes.entries()) {
        await sandbox.sleep(random.below(5));
        if (faults.strikes('failing-effects', 0.05)) {
          if (!reportsFailures) throw new Error('the effect failed');
          // One way or the other.
          const failed = index % 2 === 0 ? pane.id : Records[index]?.kinesis.sequenceNumber;
          return { batchItemFailures: [{ itemIdentifier: failed ?? '' }] };
        }
        tookEffect(pane.id);
      }
      return { batchItemFailures: [] };
    });
  // Lambda gives it what the middleware makes panes of.
  return handler as unknown as (event: KinesisStreamEvent, context: Context) => Promise<KinesisStreamBatchResponse>;
}
