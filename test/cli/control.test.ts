import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { DynamoDBLogStore } from '../../shared/adapters/dynamodb/dynamodb-log-store.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { startDynalite } from '../engines/dynalite.ts';
import { LogTable } from '../engines/log-table.ts';
import { startS3rver } from '../engines/s3rver.ts';
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

const ask = async (action: string, ...args: string[]) =>
  mullion([action, '--table', table.tableName, '--endpoint', table.endpoint, ...args]);

describe('what is asked of a running pipeline', () => {
  test('pauses a pipeline, says how it stands, and resumes it', async () => {
    const paused = await ask('pause', '--name', 'temperatures');
    expect(paused).toMatchObject({ code: 0, stderr: [] });
    expect(paused.stdout).toContain(
      `asked 'temperatures' to pause, as request 1. From its next firing on, within a minute: nothing is read or fired`,
    );
    expect((await ask('status', '--name', 'temperatures')).stdout).toMatch(/^asked for {3}pause, request 1, at .*, not obeyed yet$/m);

    expect(await deployment.fire({ logStore }).fire()).toMatchObject({ pausedSinceMs: expect.any(Number) });
    const { stdout } = await ask('status', '--name', 'temperatures');
    expect(stdout).toMatch(
      /^pipeline {4}temperatures\nis {10}paused since \d{4}-.*\nwatermark {3}1970-01-01 00:00:24.999\nwindows {5}3 open\nepoch {7}2, of .*\nsnapshot {4}none\n$/,
    );

    expect(JSON.parse((await ask('resume', '--name', 'temperatures', '--json')).stdout)).toEqual({
      pipeline: 'temperatures',
      action: 'resume',
      request: 2,
    });
    expect(await deployment.fire({ logStore }).fire()).not.toHaveProperty('pausedSinceMs');
    expect(JSON.parse((await ask('status', '--name', 'temperatures', '--json')).stdout)).toMatchObject({
      lanes: [{ epoch: 3, obeyed: 2, awaitsSnapshot: false }],
      pending: [],
    });
  });

  test('says whether something was given up, when it is shown where that would be', async () => {
    const s3 = await startS3rver();
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'S3RVER');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'S3RVER');
    vi.stubEnv('AWS_REGION', 'us-east-1');
    const status = async (...args: string[]) => ask('status', '--name', 'temperatures', '--discards', ...args);

    expect((await status(s3.bucket)).stdout).toMatch(/^results {5}complete: nothing in \S+payloads was given up$/m);

    const discarded = Buffer.from('{}');
    for (const key of ['shard-1/2026/03/01/2026-03-01T12.30.05-a+b', 'shard-0/2026/02/28/2026-02-28T23.59.59-c d', 'something else']) {
      await s3
        .open()
        .put(`${s3.bucket}/aws/lambda/mapping/${encodeURIComponent(key)}`, discarded, createHash('sha256').update(discarded).digest('hex'));
    }
    expect((await status(s3.bucket)).stdout).toMatch(
      /^results {5}INCOMPLETE: 3 batches were given up, from 2026-02-28 23:59:59 to 2026-03-01 12:30:05, of shard-0, shard-1; in \S+, below aws\/lambda\/$/m,
    );
    expect(JSON.parse((await status(s3.bucket, '--json')).stdout)).toMatchObject({
      lanes: [{}],
      discards: { batches: 3, shards: ['shard-0', 'shard-1'], firstAtMs: Date.parse('2026-02-28T23:59:59Z') },
    });

    const { code, stderr } = await status(`${s3.bucket}-of-others`);
    expect(code).toBe(1);
    expect(stderr[0]).toMatch(
      /^mullion: bucket '\S+-of-others': it cannot be listed: .*404 NoSuchBucket; check its name, AWS_REGION, and s3:ListBucket on it$/,
    );
    await s3.stop();
    vi.unstubAllEnvs();
  });

  test('drains nothing that nobody has agreed to', async () => {
    const { code, stdout, stderr } = await ask('drain', '--name', 'temperatures');
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toEqual([
      "mullion: drain: 'temperatures' could never go on, everything that comes later would be late; say --yes where that is meant",
    ]);
    expect(JSON.parse((await ask('status', '--name', 'temperatures', '--json')).stdout)).toMatchObject({ pending: [] });
    expect((await ask('drain', '--name', 'temperatures', '--yes')).stdout).toContain(
      "asked 'temperatures' to drain, as request 3. From its next firing on, within a minute: everything open leaves as final panes",
    );
  });

  test('asks nothing of a pipeline that has been drained, for it would do nothing', async () => {
    await deployment.fire({ logStore }).fire();
    for (const action of ['pause', 'resume', 'checkpoint', 'drain'])
      expect(await ask(action, '--name', 'temperatures')).toEqual({
        code: 1,
        stdout: '',
        stderr: [`mullion: 'temperatures' has been drained, and stays so; begin anew under another name`],
      });
    expect(JSON.parse((await ask('status', '--name', 'temperatures', '--json')).stdout)).toMatchObject({ pending: [] });
  });

  test('refuses a pipeline that the table has not, and writes nothing', async () => {
    const refused = {
      code: 1,
      stdout: '',
      stderr: [
        "mullion: table 'logs' holds nothing of a pipeline 'temperature'; check --table and --name, and put events on its input stream",
      ],
    };
    expect(await ask('drain', '--name', 'temperature', '--yes')).toEqual(refused);
    expect(await ask('status', '--name', 'temperature')).toEqual(refused);
  });

  test('wants to know which pipeline', async () => {
    expect(await ask('pause')).toMatchObject({
      code: 2,
      stderr: ['mullion: which pipeline? Give its module or its configuration, or --name'],
    });
  });
});
