import { type AttributeValue, ConditionalCheckFailedException, type DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What an entry is, by the name of its log. */
export type EntryKind = 'commits' | 'epochs' | 'marks' | 'snapshots' | 'others';

/** What a table was charged for. */
export type Capacity = Readonly<Record<EntryKind | 'readUnits' | 'requests' | 'refusals', number>>;

interface Answer {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number };
}

const KINDS: Readonly<Record<string, EntryKind>> = {
  shard: 'commits',
  epochs: 'epochs',
  published: 'marks',
  publishing: 'marks',
  snapshots: 'snapshots',
};

/** Counts what a table is charged for, as it says itself (`ReturnConsumedCapacity`). */
export class CapacityByLog {
  readonly #units: Record<EntryKind, number> = { commits: 0, epochs: 0, marks: 0, snapshots: 0, others: 0 };
  #readUnits = 0;
  #requests = 0;
  #refusals = 0;

  /** Counts what goes through a client. */
  watch(client: DynamoDBClient): void {
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (request) => {
          const input = { ...request.input, ReturnConsumedCapacity: 'TOTAL' } as typeof request.input;
          this.#requests++;
          try {
            const answer = await next({ ...request, input });
            const units = (answer.output as Answer).ConsumedCapacity?.CapacityUnits ?? 0;
            if ('Item' in input) this.#units[kindOf(input.Item as Item)] += units;
            else if (commandName === 'UpdateItemCommand') this.#units.others += units;
            else this.#readUnits += Math.max(units, leastOf(input));
            return answer;
          } catch (error) {
            // Billed like a put that is carried out; no answer says so.
            if (error instanceof ConditionalCheckFailedException) this.#refusals++;
            throw error;
          }
        },
      { step: 'initialize' },
    );
  }

  /** Up to now. */
  get total(): Capacity {
    return { ...this.#units, readUnits: this.#readUnits, requests: this.#requests, refusals: this.#refusals };
  }
}

type Item = Readonly<Record<'pk', AttributeValue.SMember>>;

function kindOf({ pk }: Item): EntryKind {
  const [, log = ''] = pk.S.split('#');
  return KINDS[log] ?? 'others';
}

/** What DynamoDB charges for a read that finds nothing; the emulator charges nothing. */
function leastOf(input: object): number {
  return 'ConsistentRead' in input && input.ConsistentRead === true ? 1 : 0.5;
}
