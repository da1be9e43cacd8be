import { Buffer } from 'node:buffer';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  type GetItemCommandInput,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  type TransactWriteItemsCommandInput,
} from '@aws-sdk/client-dynamodb';
import type { Sandbox } from './sandbox.ts';
import { ServiceCalls } from './service-calls.ts';
import type { World } from './world.ts';

export type Item = Record<string, AttributeValue>;

interface Stored {
  readonly n: number;
  readonly item: Item;
  readonly writtenAtMs: number;
  /** DynamoDB deletes what has expired when it comes to it, item by item: at once, or much later. */
  readonly deletedAtMs: number;
}

/** Told of every item that was written, of what stood in its place, and of who wrote it. */
export type WriteObserver = (item: Item, before: Item | undefined, writer: Sandbox) => void;

const ITEM_BYTES_MAX = 400 * 1024;
const TRANSACTION_ITEMS_MAX = 100;
const LAG_MS_MAX = 2_000;
const DELETION_MS_MAX = 8 * 3_600_000;

/** A DynamoDB table with a partition key `pk` and a sort key `n`, as far as the log store uses one. */
export class SimulatedTable {
  readonly #world: World;
  readonly #calls: ServiceCalls;
  readonly #partitions = new Map<string, Stored[]>();
  #onWrite: WriteObserver = () => {};

  constructor(world: World) {
    this.#world = world;
    this.#calls = new ServiceCalls('table', world);
  }

  observe(onWrite: WriteObserver): void {
    this.#onWrite = onWrite;
  }

  /** The table as one function reaches it. */
  client(sandbox: Sandbox): DynamoDBClient {
    const send = async (command: unknown) => {
      if (command instanceof PutItemCommand) {
        const { input } = command;
        return this.#calls.call(
          sandbox,
          `put ${nameOf(input.Item?.pk)} ${input.Item?.n?.N}`,
          () => this.#put(input, sandbox),
          () => 'written',
        );
      }
      if (command instanceof GetItemCommand) {
        const { input } = command;
        return this.#calls.call(
          sandbox,
          `get ${nameOf(input.Key?.pk)}`,
          () => this.#get(input),
          ({ Item: found }) => (found === undefined ? 'nothing' : 'found'),
        );
      }
      if (command instanceof QueryCommand) {
        const { input } = command;
        const values = input.ExpressionAttributeValues ?? {};
        const action = `${input.Limit === 1 ? 'last of' : 'read'} ${nameOf(values[':log'])} after ${values[':after']?.N ?? '-'}`;
        return this.#calls.call(
          sandbox,
          action,
          () => this.#query(input),
          ({ Items }) => Items.map(({ n }) => n?.N).join(' ') || 'nothing',
        );
      }
      if (command instanceof TransactWriteItemsCommand) {
        const { input } = command;
        // The SDK gives a command a token, by which DynamoDB knows it again when it is sent again.
        let isDone = false;
        const once = () => {
          if (!isDone) this.#transact(input, sandbox);
          isDone = true;
          return {};
        };
        return this.#calls.call(sandbox, `put ${input.TransactItems?.length} in one transaction`, once, () => 'written');
      }
      throw new Error(`the simulated table does not know ${(command as object).constructor.name}`);
    };
    return { send } as unknown as DynamoDBClient;
  }

  /** What stands in a partition now, whoever could see it. */
  items(pk: string): readonly Item[] {
    return this.#partition(pk).map(({ item }) => item);
  }

  /** Deletes a whole partition. */
  forget(pk: string): void {
    this.#partitions.delete(pk);
  }

  #put(input: PutItemCommandInput, writer: Sandbox) {
    const { found, isAllowed } = this.#checked(input);
    if (!isAllowed) {
      throw new ConditionalCheckFailedException({
        message: 'The conditional request failed',
        $metadata: {},
        // DynamoDB sends what stands there along; emulators do not.
        ...(found !== undefined && this.#world.random.chance(0.9) ? { Item: found.item } : {}),
      });
    }
    this.#write(input, writer);
    return {};
  }

  /** All of it or nothing. */
  #transact({ TransactItems: items = [] }: TransactWriteItemsCommandInput, writer: Sandbox): void {
    const puts = items.flatMap(({ Put }) => Put ?? []);
    if (puts.length < items.length || items.length > TRANSACTION_ITEMS_MAX)
      throw invalid(`a transaction of ${items.length} items, ${puts.length} of them puts`);
    if (puts.some((put) => !this.#checked(put).isAllowed)) {
      throw new TransactionCanceledException({ message: 'Transaction cancelled', $metadata: {} });
    }
    for (const put of puts) this.#write(put, writer);
  }

  #checked({ Item: item = {}, ConditionExpression: condition, ExpressionAttributeValues: values = {} }: PutItemCommandInput) {
    const bytes = sizeOf(item);
    if (bytes > ITEM_BYTES_MAX) throw invalid(`an item of ${bytes} bytes; ${ITEM_BYTES_MAX} are allowed`);
    const found = this.#partition(item.pk?.S ?? '').find(({ n }) => n === Number(item.n?.N));
    return { found, isAllowed: isTrue(condition, values, found?.item) };
  }

  #write({ Item: given = {} }: PutItemCommandInput, writer: Sandbox): void {
    const { random, time } = this.#world;
    const item = copied(given);
    const partition = this.#partition(item.pk?.S ?? '');
    const n = Number(item.n?.N);
    const at = partition.findIndex((stored) => stored.n >= n);
    const found = at !== -1 && partition[at]?.n === n ? partition[at] : undefined;
    const expiresAtMs = Number(item.x?.N) * 1_000;
    const deletedAtMs = expiresAtMs + random.pick([0, 0, random.below(DELETION_MS_MAX)]);
    const stored = { n, item, writtenAtMs: time.nowMs, deletedAtMs };
    if (found !== undefined) partition[at] = stored;
    else if (at === -1) partition.push(stored);
    else partition.splice(at, 0, stored);
    this.#onWrite(item, found?.item, writer);
  }

  #get({ Key: key = {}, ConsistentRead }: GetItemCommandInput): { Item?: Item } {
    const found = this.#partition(key.pk?.S ?? '').find(({ n }) => n === Number(key.n?.N));
    if (found === undefined || (ConsistentRead !== true && !this.#hasArrived(found))) return {};
    return { Item: copied(found.item) };
  }

  #query({ ExpressionAttributeValues: values = {}, ConsistentRead, ScanIndexForward = true, Limit }: QueryCommandInput) {
    const after = Number(values[':after']?.N ?? Number.NEGATIVE_INFINITY);
    const found = this.#partition(values[':log']?.S ?? '').filter(
      (stored) => stored.n > after && (ConsistentRead === true || this.#hasArrived(stored)),
    );
    const ordered = ScanIndexForward ? found : found.reverse();
    // An answer ends at a megabyte, so at some item.
    const length = Limit ?? (this.#world.random.chance(0.2) ? 1 + this.#world.random.below(5) : ordered.length);
    return { Items: ordered.slice(0, length).map(({ item }) => copied(item)) };
  }

  /** Whether an eventually consistent read shows an item. Each replicates by itself, so a later one may be there before an earlier. */
  #hasArrived({ writtenAtMs }: Stored): boolean {
    if (writtenAtMs <= this.#world.time.nowMs - LAG_MS_MAX) return true;
    return !this.#world.faults.strikes('stale-read', 0.4);
  }

  #partition(pk: string): Stored[] {
    const partition = this.#partitions.get(pk) ?? [];
    const { nowMs } = this.#world.time;
    const kept = partition.some(({ deletedAtMs }) => deletedAtMs <= nowMs)
      ? partition.filter(({ deletedAtMs }) => deletedAtMs > nowMs)
      : partition;
    this.#partitions.set(pk, kept);
    return kept;
  }
}

/** Whether a condition holds of what stands in an item's place. */
function isTrue(condition: string | undefined, values: Item, found: Item | undefined): boolean {
  switch (condition) {
    case undefined:
      return true;
    case 'attribute_not_exists(pk)':
      return found === undefined;
    case 'r = :before':
      return found !== undefined && found.r?.N === values[':before']?.N;
    default:
      throw invalid(`the simulated table does not know the condition ${condition}`);
  }
}

function invalid(message: string): Error {
  return Object.assign(new Error(message), { name: 'ValidationException' });
}

/** A log's name without the pipeline's. */
function nameOf(pk: AttributeValue | undefined): string {
  const [, ...rest] = (pk?.S ?? '').split('#');
  return rest.map((part) => part.replace(/^shardId-0+(?=\d)/, '').slice(0, 12)).join(' ');
}

/** What goes over the wire is no part of anybody's memory. */
function copied(item: Item): Item {
  const bytes = item.b?.B;
  return bytes === undefined ? { ...item } : { ...item, b: { B: Uint8Array.from(bytes) } };
}

function sizeOf(item: Item): number {
  return Object.entries(item).reduce((sum, [name, { S, N, B }]) => sum + name.length + (B?.length ?? Buffer.byteLength(S ?? N ?? '')), 0);
}
