import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { describeOn } from '../engines/describe-on.ts';
import { startDynamoDBLocal } from '../engines/dynamodb-local.ts';
import { startKinesisLocal } from '../engines/kinesis-local.ts';
import { RestartableEmulator } from './chaos/restartable-emulator.ts';
import { type ChaosReport, runChaos } from './chaos/run-chaos.ts';

const SEED = 20_250_101;
// It takes half a minute where nothing else runs.
const PATIENCE_MS = 400_000;

/** Nothing lost, nothing doubled; and there was something to survive. */
function expectSurvival(report: ChaosReport): void {
  expect(report.complaints).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  // Of these there are hundreds; a put of several records is rare, and may be spared.
  const { partlyRefused: _, ...faults } = report.faults;
  for (const count of Object.values(faults)) expect(count).toBeGreaterThan(0);
}

test('late answers, broken connections, throttles, kills and a restart of everything: nothing lost, nothing doubled', {
  timeout: PATIENCE_MS,
}, async () => {
  const data = mkdtempSync(join(tmpdir(), 'mullion-chaos-'));
  const kinesisEngine = await RestartableEmulator.start('kinesalite', join(data, 'kinesis'));
  const dynamodbEngine = await RestartableEmulator.start('dynalite', join(data, 'dynamodb'));
  try {
    const restart = async () => {
      await Promise.all([kinesisEngine.killAndRestart(), dynamodbEngine.killAndRestart()]);
    };
    const report = await runChaos({ seed: SEED, kinesisEngine, dynamodbEngine, restart, forMs: 12_000, flights: 6_000, haste: 20 });
    expectSurvival(report);
    expect(report.sent).toBeGreaterThanOrEqual(6_000);
  } finally {
    await Promise.all([kinesisEngine.stop(), dynamodbEngine.stop()]);
    rmSync(data, { recursive: true });
  }
});

const dynamodbLocal = await startDynamoDBLocal();
describeOn(dynamodbLocal, 'the same, smaller, with kinesis-local,', (dynamodbEngine) => {
  afterAll(() => dynamodbEngine.stop());

  test('nothing lost, nothing doubled', { timeout: PATIENCE_MS }, async () => {
    const kinesisEngine = await startKinesisLocal();
    try {
      expectSurvival(await runChaos({ seed: SEED, kinesisEngine, dynamodbEngine, forMs: 6_000, flights: 1_200, haste: 20 }));
    } finally {
      await kinesisEngine.stop();
    }
  });
});
