import { type Put, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { type PlantedBugs, intercepted } from './altered.ts';

/** Who consumes panes. */
export const CONSUMING: PlantedBugs = {
  'panes noted before their effect, though none may be lost': {
    consumer: (options) => (options.note === 'after' ? { ...options, note: 'before' } : options),
  },
  'panes noted after their effect, though none may have one twice': {
    consumer: (options) => (options.note === 'before' ? { ...options, note: 'after' } : options),
  },
  "a shard of the output stream that begins without its parents' memory": {
    consumer: ({ shards: _shards, ...options }) => options,
  },
  'a consumer that remembers in its process alone': {
    consumer: ({ memory, ...options }) => (options.note === 'inTransaction' && memory !== undefined ? { memory, ...options } : options),
  },
  'what a consumer remembers written without a condition': {
    tableClient: (client) =>
      intercepted(client, async (command, go) => {
        if (command instanceof PutItemCommand)
          return go(isMemory(command.input) ? new PutItemCommand(unconditional(command.input)) : command);
        if (!(command instanceof TransactWriteItemsCommand)) return go(command);
        const TransactItems = command.input.TransactItems?.map(({ Put }) => (Put === undefined ? {} : { Put: unconditional(Put) }));
        return go(new TransactWriteItemsCommand({ ...command.input, TransactItems }));
      }),
  },
  'parallel batches of one shard of the output stream': { consumerParallelizationFactor: 3 },
};

function isMemory({ Item }: Pick<Put, 'Item'>): boolean {
  return Item?.pk?.S?.startsWith('#consumer#') === true;
}

function unconditional<P extends Pick<Put, 'ConditionExpression' | 'ExpressionAttributeValues'>>(put: P) {
  const { ConditionExpression: _condition, ExpressionAttributeValues: _values, ...rest } = put;
  return rest;
}
