import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { deliveries, measured, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { mullion } from '../fixtures/mullion-process.ts';

// A process takes a moment to start, and longer on a machine that does something else as well.
vi.setConfig({ testTimeout: 60_000 });

let table: LogTable;
let logStore: DynamoDBLogStore;
const deployment = new MemoryDeployment();

beforeAll(async () => {
  table = await LogTable.on(await startDynalite());
  logStore = new DynamoDBLogStore({ client: table.client(), tableName: table.tableName, clock: systemClock, retentionDays: 30 });
  await deployment.ingest({ logStore }).ingest(SHARD, deliveries([measured(1_000), measured(30_000)]));
  await deployment.fire({ logStore }).fire();
});

afterAll(async () => table.stop());

const control = async (action: string, ...args: string[]) =>
  mullion(['control', action, '--table', table.tableName, '--endpoint', table.endpoint, ...args]);

describe('mullion control', () => {
  test('pauses a pipeline, says how it stands, and resumes it', async () => {
    const paused = await control('pause', '--pipeline', 'temperatures');
    expect(paused).toMatchObject({ code: 0, stderr: [] });
    expect(paused.stdout).toContain(
      `asked 'temperatures' to pause, as request 1. From its next firing on, within a minute: nothing is read or fired`,
    );
    expect((await control('status', '-p', 'temperatures')).stdout).toMatch(/^asked for {2}pause, request 1, at /m);

    expect(await deployment.fire({ logStore }).fire()).toMatchObject({ pausedSinceMs: expect.any(Number) });
    const { stdout } = await control('status', '-p', 'temperatures');
    expect(stdout).toMatch(
      /^pipeline {3}temperatures\nis {9}paused since \d{4}-.*\nepoch {6}2, of .*\nwatermark {2}1970-01-01T00:00:24.999Z\nopen {7}3 windows\nsnapshot {3}none\n$/,
    );

    expect(JSON.parse((await control('resume', '-p', 'temperatures', '--json')).stdout)).toEqual({
      pipeline: 'temperatures',
      action: 'resume',
      request: 2,
    });
    expect(await deployment.fire({ logStore }).fire()).not.toHaveProperty('pausedSinceMs');
    expect(JSON.parse((await control('status', '-p', 'temperatures', '--json')).stdout)).toMatchObject({
      lanes: [{ epoch: 3, obeyed: 2, awaitsSnapshot: false }],
      pending: [],
    });
  });

  test('refuses a pipeline that the table has not, and writes nothing', async () => {
    expect(await control('drain', '-p', 'temperature')).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        "mullion: table 'logs' has no pipeline 'temperature': no function of it has run there; check the name (that in pipeline(…), or the construct's prop) and --table",
      ],
    });
    expect((await control('status', '-p', 'temperature')).code).toBe(1);
  });

  test('refuses what cannot be asked for', async () => {
    const { code, stderr } = await control('stop', '-p', 'temperatures');
    expect(code).toBe(1);
    expect(stderr[0]).toContain('Allowed choices are pause, resume, drain, checkpoint, status.');
  });
});
