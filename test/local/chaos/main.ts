/** `npm run chaos -- --for 5m --seed 7`: the system under faults for as long as is wanted, and its accounts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Duration, durationMs } from '../../../shared/time/duration.ts';
import { RestartableEmulator } from './restartable-emulator.ts';
import { runChaos } from './run-chaos.ts';

const { values } = parseArgs({
  options: {
    for: { type: 'string', default: '5m' },
    seed: { type: 'string', default: '1' },
    /** Delays of 3 s and kills every 20 s or so are divided by it. */
    haste: { type: 'string', default: '1' },
  },
});
const FLIGHTS_MAX = 20_000;

const data = mkdtempSync(join(tmpdir(), 'mullion-chaos-'));
const kinesisEngine = await RestartableEmulator.start('kinesalite', join(data, 'kinesis'));
const dynamodbEngine = await RestartableEmulator.start('dynalite', join(data, 'dynamodb'));
const report = await runChaos({
  seed: Number(values.seed),
  forMs: durationMs(values.for as Duration, { minMs: 1_000 }),
  haste: Number(values.haste),
  flights: FLIGHTS_MAX,
  kinesisEngine,
  dynamodbEngine,
  restart: async () => {
    await Promise.all([kinesisEngine.killAndRestart(), dynamodbEngine.killAndRestart()]);
  },
  onTrouble: (line) => process.stderr.write(`${line}\n`),
});
await Promise.all([kinesisEngine.stop(), dynamodbEngine.stop()]);
rmSync(data, { recursive: true });
console.log(JSON.stringify({ seed: Number(values.seed), ...report }, undefined, 2));
process.exitCode = report.complaints.length === 0 ? 0 : 1;
