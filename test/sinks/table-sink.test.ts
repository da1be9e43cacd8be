import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createDynamodbClient } from '../../local/clients.ts';
import { TableSink, type TableSinkOptions } from '../../shared/adapters/sinks/table-sink.ts';
import type { Pane } from '../../shared/pipeline/pane.ts';
import { describeOn } from '../engines/describe-on.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { startDynamoDBLocal } from '../engines/dynamodb-local.ts';
import type { Engine } from '../engines/engine.ts';
import { paneOf } from '../fixtures/pane-of.ts';

const MINUTE_MS = 60_000;
const NOW_MS = 4_000_000_000_500;

function tableSinkTests(engine: Engine): void {
  let client: DynamoDBClient;
  let tables = 0;
  beforeAll(() => {
    client = createDynamodbClient({ endpoint: engine.endpoint });
  });
  afterAll(async () => {
    client.destroy();
    await engine.stop();
  });

  async function sinkOn(options: Partial<TableSinkOptions> = {}) {
    const tableName = `results-${++tables}`;
    await client.send(
      new CreateTableCommand({
        TableName: tableName,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [
          { AttributeName: 'series', AttributeType: 'S' },
          { AttributeName: 'period', AttributeType: 'S' },
        ],
        KeySchema: [
          { AttributeName: 'series', KeyType: 'HASH' },
          { AttributeName: 'period', KeyType: 'RANGE' },
        ],
      }),
    );
    const sink = new TableSink({ client, tableName, clock: { nowMs: () => NOW_MS }, ...options });
    const read = async (query: { readonly key?: string; readonly from?: number; readonly to?: number } = {}) =>
      collected(sink.read({ pipeline: 'sales', window: 'minutes', key: 'a', ...query }));
    const items = async () => (await client.send(new ScanCommand({ TableName: tableName }))).Items ?? [];
    return { sink, read, items };
  }

  test('keeps what each window says last, and gives it by time', async () => {
    const { sink, read } = await sinkOn();
    const minutes = [3, 0, 2, 1].map((minute) => paneOf({ start: minute * MINUTE_MS }));
    await sink.put([...minutes, paneOf({ key: 'b', start: MINUTE_MS })]);
    await sink.put([paneOf({ start: MINUTE_MS, index: 1 })]);
    const starts = async (query: Parameters<typeof read>[0] = {}) =>
      (await read(query)).map(({ start, pane }) => [start / MINUTE_MS, pane.index]);
    expect(await starts()).toEqual([
      [0, 0],
      [1, 1],
      [2, 0],
      [3, 0],
    ]);
    expect(await starts({ from: MINUTE_MS, to: 3 * MINUTE_MS })).toEqual([
      [1, 1],
      [2, 0],
    ]);
    expect(await read({ key: 'b' })).toEqual([paneOf({ key: 'b', start: MINUTE_MS })]);
  });

  const anyPane = fc.record({
    key: fc.constantFrom('a', 'b'),
    start: fc.constantFrom(0, MINUTE_MS),
    index: fc.nat({ max: 3 }),
    isRetraction: fc.boolean(),
  });

  test('comes to the same however often panes come, in whatever order and cut', async () => {
    const { sink, read } = await sinkOn();
    let round = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyPane, { minLength: 1, maxLength: 12 }),
        fc.array(fc.nat({ max: 11 }), { maxLength: 8 }),
        async (facts, again) => {
          const of = (key: string) => `${key}${round}`;
          round++;
          const panes = facts.map((each) => paneOf({ ...each, key: of(each.key) }));
          const delivered = [...panes, ...again.map((at) => panes[at % panes.length] as Pane)];
          for (let at = 0; at < delivered.length; at += 3) await sink.put(delivered.slice(at, at + 3));
          for (const key of ['a', 'b']) {
            const expected = [0, MINUTE_MS].flatMap((start) => {
              const order = ({ pane }: Pane) => 2 * pane.index + (pane.isRetraction === true ? 1 : 0);
              const newest = panes
                .filter((pane) => pane.key === of(key) && pane.start === start)
                .toSorted((x, y) => order(y) - order(x))[0];
              return newest === undefined || newest.pane.isRetraction === true ? [] : [newest];
            });
            expect(await read({ key: of(key) })).toEqual(expected);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test('keeps every pane where that is asked for, also those that withdraw one', async () => {
    const { sink, read } = await sinkOn({ keep: 'every' });
    const panes = [paneOf(), paneOf({ isRetraction: true }), paneOf({ index: 1 }), paneOf({ index: 10 })];
    await sink.put(panes.toReversed());
    await sink.put(panes);
    expect(await read()).toEqual(panes);
  });

  test('says what is asked for beside the pane, and when an item expires', async () => {
    const { sink, items } = await sinkOn({
      retentionDays: 7,
      attributes: ({ value }) => ({ total: value.total as number, store: 'S1', none: undefined }),
    });
    await sink.put([paneOf()]);
    expect(await items()).toEqual([
      {
        series: { S: 'sales#minutes#a' },
        period: { S: '1970-01-01T00:00:00.000Z/1970-01-01T00:01:00.000Z' },
        order: { N: '0' },
        pane: { S: JSON.stringify(paneOf()) },
        total: { N: '1' },
        store: { S: 'S1' },
        expires: { N: String(4_000_000_000 + 7 * 86_400) },
      },
    ]);
    const clash = await sinkOn({ attributes: () => ({ order: 1 }) });
    await expect(clash.sink.put([paneOf()])).rejects.toThrow("attributes gave 'order', which the table has already");
  });
}

async function collected(panes: AsyncIterable<Pane>): Promise<Pane[]> {
  const all: Pane[] = [];
  for await (const pane of panes) all.push(pane);
  return all;
}

const [dynalite, dynamodbLocal] = await Promise.all([startDynalite(), startDynamoDBLocal()]);
describeOn(dynalite, 'results in a table', tableSinkTests);
describeOn(dynamodbLocal, 'results in a table', tableSinkTests);
