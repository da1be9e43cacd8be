/**
 * Panes in a DynamoDB table.
 *
 * @module mullion/sinks/dynamodb
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  paginateQuery,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Pane } from '../../pipeline/pane.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PaneSink } from '../../ports/pane-sink.ts';
import { inParallel } from '../dynamodb/in-parallel.ts';
import { systemClock } from '../system-clock.ts';

/** What {@link TableSink} works with. */
export interface TableSinkOptions {
  /** With `dynamodb:PutItem` on the table, and `dynamodb:Query` to read. */
  readonly client: DynamoDBClient;
  /** A table with partition key `series` (S), sort key `period` (S) and time to live by `expires`. */
  readonly tableName: string;
  /**
   * `'latest'` (default): a window has one item, which says what its newest pane says. `'every'`: each pane has its own, as where windows are discarding.
   */
  readonly keep?: 'latest' | 'every';
  /** How long after it was written an item stays, in days. Default: for ever. */
  readonly retentionDays?: number;
  /** Further attributes, for an index or a filter of your own: `(pane) => ({ region: pane.group?.region })`. */
  readonly attributes?: (pane: Pane) => Readonly<Record<string, string | number | boolean | undefined>>;
  /** What decides when an item expires; the system's by default. */
  readonly clock?: Clock;
}

/** Which windows are meant. */
export interface ResultQuery {
  /** The name of the pipeline, as in `pane.pipeline`. */
  readonly pipeline: string;
  /** The name of the window, as in `pane.window`. */
  readonly window: string;
  /** As in `pane.key`. */
  readonly key: string;
  /** Windows that begin at this time or later, in epoch milliseconds; default: from the first on. */
  readonly from?: number;
  /** Windows that begin before this time, likewise; default: to the last. */
  readonly to?: number;
}

const DAY_S = 86_400;
const AT_ONCE = 16;
const OWN = ['series', 'period', 'order', 'pane', 'withdrawn', 'expires'];

/**
 * Results in a DynamoDB table: one query gives the windows of a key in their order. A pane that comes again, or after a later one, changes nothing, so that its effect is exactly once
 * without a memory.
 */
export class TableSink implements PaneSink {
  readonly #options: TableSinkOptions;

  constructor(options: TableSinkOptions) {
    this.#options = options;
  }

  async put(panes: readonly Pane[]): Promise<void> {
    // Of several panes of an item only the last one would stay.
    const newest = new Map<string, Pane>();
    for (const pane of panes) {
      const item = `${seriesOf(pane)} ${this.#periodOf(pane)}`;
      const known = newest.get(item);
      if (known === undefined || orderOf(known) < orderOf(pane)) newest.set(item, pane);
    }
    const items = [...newest.values()];
    await inParallel(items.length, AT_ONCE, async (index) => this.#put(items[index] as Pane));
  }

  /** The windows of a key, by their begin; of `'every'` pane by pane. What was withdrawn is left out. */
  async *read({ pipeline, window, key, from, to }: ResultQuery): AsyncGenerator<Pane> {
    const { client, tableName } = this.#options;
    const pages = paginateQuery(
      { client },
      {
        TableName: tableName,
        KeyConditionExpression: 'series = :series AND period BETWEEN :from AND :to',
        FilterExpression: 'attribute_not_exists(withdrawn)',
        ExpressionAttributeValues: {
          ':series': { S: seriesOf({ pipeline, window, key }) },
          // What a period is made of sorts between the two.
          ':from': { S: from === undefined ? ' ' : textOf(from) },
          ':to': { S: to === undefined ? '~' : textOf(to) },
        },
      },
    );
    for await (const { Items = [] } of pages) for (const { pane } of Items) yield JSON.parse(pane?.S ?? '') as Pane;
  }

  async #put(pane: Pane): Promise<void> {
    const { client, tableName } = this.#options;
    try {
      await client.send(
        new PutItemCommand({
          TableName: tableName,
          Item: this.#itemOf(pane),
          ConditionExpression: 'attribute_not_exists(series) OR #order < :order',
          ExpressionAttributeNames: { '#order': 'order' },
          ExpressionAttributeValues: { ':order': { N: String(orderOf(pane)) } },
        }),
      );
    } catch (error) {
      // It has been here, or a later one has.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }

  #itemOf(pane: Pane): Record<string, AttributeValue> {
    const { retentionDays, attributes, clock = systemClock } = this.#options;
    const further = Object.entries(attributes?.(pane) ?? {}).flatMap(([name, value]) => {
      if (OWN.includes(name))
        throw new RangeError(`attributes gave '${name}', which the table has already; call it otherwise, not one of ${OWN.join(', ')}`);
      return value === undefined ? [] : [[name, attributeOf(value)] as const];
    });
    return {
      ...Object.fromEntries(further),
      series: { S: seriesOf(pane) },
      period: { S: this.#periodOf(pane) },
      order: { N: String(orderOf(pane)) },
      pane: { S: JSON.stringify(pane) },
      ...(this.#withdraws(pane) ? { withdrawn: { BOOL: true } } : {}),
      ...(retentionDays === undefined ? {} : { expires: { N: String(Math.floor(clock.nowMs() / 1000) + retentionDays * DAY_S) } }),
    };
  }

  /** Of every pane kept, the one that withdraws another is one like others. */
  #withdraws({ pane }: Pane): boolean {
    return pane.isRetraction === true && this.#options.keep !== 'every';
  }

  #periodOf(pane: Pane): string {
    const window = `${textOf(pane.start)}/${textOf(pane.end)}`;
    return this.#options.keep === 'every' ? `${window}#${String(orderOf(pane)).padStart(9, '0')}` : window;
  }
}

function seriesOf({ pipeline, window, key }: Pick<Pane, 'pipeline' | 'window' | 'key'>): string {
  return `${pipeline}#${window}#${key}`;
}

/** Which of two panes of a window is the later one: a pane is withdrawn behind it, and before the next. */
function orderOf({ pane: { index, isRetraction } }: Pane): number {
  return 2 * index + (isRetraction === true ? 1 : 0);
}

// ISO 8601; years before 0 or after 9999, which only windows without bounds have, sort as they may.
function textOf(time: number): string {
  return new Date(time).toISOString();
}

function attributeOf(value: string | number | boolean): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { BOOL: value };
}
