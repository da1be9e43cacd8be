import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Explanation } from '../../shared/provenance/explanation.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { deliveries, measured, OTHER_SHARD, SHARD, sequenceNumber } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { mullion } from '../fixtures/mullion-process.ts';

const TEMPERATURES = fileURLToPath(new URL('examples/temperatures.ts', import.meta.url));
const PANE = 'temperatures:sensors:0-10000:a1:0';

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 30_000 });

let table: LogTable;
let deployment: MemoryDeployment;

beforeAll(async () => {
  table = await LogTable.on(await startDynalite());
  deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
  const logStore = new DynamoDBLogStore({ client: table.client(), tableName: table.tableName, clock: systemClock, retentionDays: 30 });
  const ingest = deployment.ingest({ logStore });
  await ingest.ingest(SHARD, deliveries([measured(1_000), measured(2_000), measured(8_000)], 1));
  await ingest.ingest(SHARD, deliveries([measured(3_000), measured(40_000)], 4));
  await ingest.ingest(OTHER_SHARD, deliveries([measured(9_000), measured(30_000)], 1));
  await deployment.fire({ logStore }).fire();
});

afterAll(async () => table.stop());

const explain = async (...args: string[]) => mullion(['explain', TEMPERATURES, ...args]);
const there = () => ['--table', table.tableName, '--endpoint', table.endpoint];

describe.concurrent('mullion explain', () => {
  test('tells a person where a pane of the table comes from', async ({ expect: expects }) => {
    const { code, stdout, stderr } = await explain(PANE, ...there());
    expects({ code, stderr }).toEqual({ code: 0, stderr: [] });
    const lines = stdout.split('\n');
    expects(lines).toEqual(
      expect.arrayContaining([
        PANE,
        'window    sensors, 1970-01-01T00:00:00.000Z to 1970-01-01T00:00:10.000Z',
        'key       a1',
        'count     5',
        'watermark 1970-01-01T00:00:24.999Z',
        `held by   ${OTHER_SHARD}, whose clock was 1970-01-01T00:00:30.000Z`,
        "5 events in 3 commits of 2 shards = the pane's count 5",
      ]),
    );
    expects(lines.find((line) => line.startsWith(`${SHARD}       2       1  `))).toContain(`${sequenceNumber(4)} – ${sequenceNumber(5)}`);
  });

  test('tells a machine the same as JSON', async ({ expect: expects }) => {
    const { code, stdout } = await explain(PANE, ...there(), '--json');
    expects(code).toBe(0);
    expects(JSON.parse(stdout) as Explanation).toMatchObject({
      pane: deployment.panes.find(({ id }) => id === PANE),
      reason: 'end',
      commits: [
        { shard: SHARD, position: 1, first: sequenceNumber(1), last: sequenceNumber(3), events: 3 },
        { shard: SHARD, position: 2, first: sequenceNumber(4), last: sequenceNumber(5), events: 1 },
        { shard: OTHER_SHARD, position: 1, first: sequenceNumber(1), last: sequenceNumber(2), events: 1 },
      ],
      events: 5,
      accounts: 'balanced',
    });
  });

  test.for<[what: string, args: () => string[], line: RegExp, code?: number]>([
    [
      'the pane has not fired',
      () => ['temperatures:sensors:40000-50000:a1:0', ...there()],
      /^mullion: .+: its window is still open; the watermark is .+$/,
    ],
    ['the text is no id', () => ['a1', ...there()], /^mullion: 'a1' is not the id of a pane; needed: /],
    [
      'there is no such table',
      () => [PANE, '--table', 'none', '--endpoint', table.endpoint],
      /^mullion: table 'none' at http.+: it cannot be read: ResourceNotFound/,
    ],
    [
      'the endpoint is no address',
      () => [PANE, '--table', 'logs', '--endpoint', 'here'],
      /^mullion: --endpoint here: needed: a URL such as /,
      2,
    ],
  ])('ends with one line when %s', async ([, args, line, failed = 1], { expect: expects }) => {
    const { code, stdout, stderr } = await explain(...args());
    expects({ code, stdout, lines: stderr.length }).toEqual({ code: failed, stdout: '', lines: 1 });
    expects(stderr[0]).toMatch(line);
  });

  test('asks for the table', async ({ expect: expects }) => {
    const { code, stderr } = await explain(PANE);
    expects({ code, first: stderr[0] }).toEqual({ code: 2, first: "mullion: required option '-t, --table <name>' not specified" });
  });
});
