import {
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { outcomeOfMeeting } from '../../log/append-outcome.ts';
import { expiredEntry } from '../../log/expired-log-error.ts';
import type { LogName } from '../../log/keys.ts';
import { nextPosition, type Position } from '../../log/position.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../log/log-entry.ts';
import type { LogStore } from '../../ports/log-store.ts';
import { CHUNK_BYTES, readChunks, writeChunks } from './chunks.ts';
import { entryBytes, type EntryItem, fitsInline, fromItem, type PayloadReference, referenceOf, toItem } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import { type PayloadObjects, readPayloadObject, writePayloadObject } from './payload-objects.ts';

export interface DynamoDBLogStoreOptions {
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly clock: Clock;
  /** How long items are kept, in days; far longer than any function can live, and than any window stays open. */
  readonly retentionDays: number;
  /** Payloads that are objects; without it an entry that refers to one cannot be read. */
  readonly objects?: PayloadObjects;
  /** How many bytes an entry may have to stand in one item, header included; by default what DynamoDB takes, less some room. */
  readonly inlineBytesMax?: number;
  /** How many bytes of a payload that is too large for that go into one chunk; by default likewise. */
  readonly chunkBytes?: number;
  /** From how many bytes on an entry looks whether its position is free; by default what makes that worth its price. */
  readonly lookFromBytes?: number;
}

const DAY_S = 86_400;
// A look at a free position costs one read unit, a fifth of the price of a write unit: from here on at most a twentieth of the put.
const LOOK_FROM_BYTES = 4 * 1024;
// Of payloads that stand elsewhere, in one answer of `read`.
const READ_BYTES_MAX = 16 * 1024 * 1024;
// One after the other, a hundred commits would take seconds.
const READS_AT_ONCE = 16;

/**
 * The logs in one DynamoDB table: partition key `pk`, the log's name; sort key `n`, the position. `docs/PROTOCOL.md` says what an item holds.
 *
 * Throttling and lost connections are retried by the SDK; what it gives up on is thrown, and then the entry may or may not be there.
 */
export class DynamoDBLogStore implements LogStore {
  readonly #options: DynamoDBLogStoreOptions;

  constructor(options: DynamoDBLogStoreOptions) {
    this.#options = options;
  }

  get retentionMs(): number {
    return this.#options.retentionDays * DAY_S * 1000;
  }

  /**
   * A put that fails is billed like one that does not, so a large entry first looks whether its position is free. That decides nothing: a
   * writer that comes in between still wins, and only the put knows.
   */
  async append(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    const standing = entryBytes(entry) < (this.#options.lookFromBytes ?? LOOK_FROM_BYTES) ? undefined : await this.#at(log, position);
    return standing === undefined ? this.#put(log, position, entry) : outcomeOfMeeting(entry, standing);
  }

  async #put(log: LogName, position: Position, entry: LogEntry): Promise<AppendOutcome> {
    const { client, tableName } = this.#options;
    const expiresAtS = this.#expiresAtS();
    const reference = await this.#writeElsewhere(log, position, entry, expiresAtS);
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: toItem(log, position, entry, reference, expiresAtS),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      );
      return { kind: 'appended' };
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      return outcomeOfMeeting(entry, await this.#winner(log, position, error));
    }
  }

  async read(log: LogName, after: Position, consistency: 'eventual' | 'strong' = 'eventual'): Promise<readonly PositionedEntry[]> {
    const { Items = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        KeyConditionExpression: 'pk = :log AND n > :after',
        ExpressionAttributeValues: { ':log': { S: log }, ':after': { N: String(after) } },
        ConsistentRead: consistency === 'strong',
      }),
    );
    const items = Items as EntryItem[];
    if (items[0] !== undefined && Number(items[0].n.N) !== after + 1) {
      // What every append saw is gone. Only a read that may lag can have shown a later item first.
      if (consistency === 'strong') throw expiredEntry(log, nextPosition(after));
      return this.read(log, after, 'strong');
    }
    const next = withinBytes(withoutHole(items, after));
    return inParallel(next.length, READS_AT_ONCE, (index) => this.#entry(log, next[index] as EntryItem));
  }

  async last(log: LogName): Promise<PositionedEntry | undefined> {
    const { Items = [] } = await this.#options.client.send(
      new QueryCommand({
        TableName: this.#options.tableName,
        KeyConditionExpression: 'pk = :log',
        ExpressionAttributeValues: { ':log': { S: log } },
        ConsistentRead: true,
        ScanIndexForward: false,
        Limit: 1,
      }),
    );
    const item = Items[0] as EntryItem | undefined;
    return item === undefined ? undefined : this.#entry(log, item);
  }

  /** What stands at a position that could not be won. DynamoDB sends it with the refusal; an emulator may not. */
  async #winner(log: LogName, position: Position, refusal: ConditionalCheckFailedException): Promise<PositionedEntry> {
    if (refusal.Item !== undefined) return this.#entry(log, refusal.Item as EntryItem);
    const found = await this.#at(log, position);
    if (found === undefined) throw new Error(`${log}: position ${position} is taken, but nothing stands there`, { cause: refusal });
    return found;
  }

  async #at(log: LogName, position: Position): Promise<PositionedEntry | undefined> {
    const { Item: item } = await this.#options.client.send(
      new GetItemCommand({
        TableName: this.#options.tableName,
        Key: { pk: { S: log }, n: { N: String(position) } },
        ConsistentRead: true,
      }),
    );
    return item === undefined ? undefined : this.#entry(log, item as EntryItem);
  }

  /** Writes the payload first where it does not stand in the item. */
  async #writeElsewhere(log: LogName, position: Position, entry: LogEntry, expiresAtS: number): Promise<PayloadReference | undefined> {
    const { objects, inlineBytesMax } = this.#options;
    if (objects?.written !== undefined && entry.payload.length >= objects.written.fromBytes)
      return writePayloadObject(objects.store, objects.written.at, log, position, entry.payload);
    return fitsInline(entry, inlineBytesMax) ? undefined : writeChunks(this.#options, log, entry.payload, expiresAtS);
  }

  async #entry(log: LogName, item: EntryItem): Promise<PositionedEntry> {
    const entry = fromItem(item);
    const reference = referenceOf(item);
    if (reference === undefined) return entry;
    if (reference.kind === 'chunks') return { ...entry, payload: await readChunks(this.#options, log, entry.position, reference) };
    const isDue = Number(item.x?.N) * 1000 <= this.#options.clock.nowMs();
    return { ...entry, payload: await readPayloadObject(this.#options.objects, log, entry.position, reference, isDue) };
  }

  #expiresAtS(): number {
    return Math.floor(this.#options.clock.nowMs() / 1000) + this.#options.retentionDays * DAY_S;
  }
}

/** What lies behind a hole is not read yet. */
function withoutHole(items: readonly EntryItem[], after: Position): readonly EntryItem[] {
  const hole = items.findIndex(({ n }, index) => Number(n.N) !== after + 1 + index);
  return hole === -1 ? items : items.slice(0, hole);
}

/** One at least. A thousand references fit into one answer; what they refer to would not fit into a function. */
function withinBytes(items: readonly EntryItem[]): readonly EntryItem[] {
  let bytes = 0;
  for (const [index, item] of items.entries()) {
    bytes += bytesElsewhere(item);
    if (index > 0 && bytes > READ_BYTES_MAX) return items.slice(0, index);
  }
  return items;
}

function bytesElsewhere(item: EntryItem): number {
  const reference = referenceOf(item);
  if (reference === undefined) return 0;
  return reference.kind === 'object' ? reference.bytes : reference.count * CHUNK_BYTES;
}
