import { Buffer } from 'node:buffer';
import { type AttributeValue, ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

const WRITE_UNIT_BYTES = 1024;

interface Capacity {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
}

/** Counts the capacity units that the calls of some clients consume. */
export class CapacityMeter {
  /** Of puts that were carried out. */
  written = 0;
  /** Of puts that were refused. No answer says so; they are counted by the item that would have been written. */
  refused = 0;
  read = 0;
  refusals = 0;

  /** Returns the client. */
  watch(client: DynamoDBClient): DynamoDBClient {
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          const input = { ...request.input, ReturnConsumedCapacity: 'TOTAL' } as typeof request.input;
          const isPut = commandName === 'PutItemCommand';
          try {
            const answer = await next({ ...request, input });
            const units = (answer.output as Capacity).ConsumedCapacity?.CapacityUnits ?? 0;
            if (isPut) this.written += units;
            else this.read += units;
            return answer;
          } catch (error) {
            if (error instanceof ConditionalCheckFailedException) {
              this.refused += writeUnitsOf((input as { Item: Record<string, AttributeValue> }).Item);
              this.refusals++;
            }
            throw error;
          }
        },
      { step: 'initialize' },
    );
    return client;
  }
}

/** Names, texts and bytes; numbers are smaller than this, which makes no difference to an item of a kilobyte and more. */
function writeUnitsOf(item: Record<string, AttributeValue>): number {
  const sizes = Object.entries(item).map(
    ([name, { S: text, N: number, B: bytes }]) => name.length + Buffer.byteLength(text ?? number ?? '') + (bytes?.length ?? 0),
  );
  return Math.ceil(sizes.reduce((sum, size) => sum + size, 0) / WRITE_UNIT_BYTES);
}
