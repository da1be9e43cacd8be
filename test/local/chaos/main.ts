/** `npm run chaos -- --for 5m --seed 7`: the system under faults for as long as is wanted, and its accounts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { decimal, durationOption } from '../../../cli/option-values.ts';
import { RestartableEmulator } from './restartable-emulator.ts';
import { runChaos } from './run-chaos.ts';

const options = new Command('npm run chaos --')
  .description(
    'The whole system on emulators, behind a proxy that delays, cuts and refuses, with functions and emulators killed; and its accounts.',
  )
  .addOption(new Option('--for <duration>', 'how long').argParser(durationOption).default(300_000, '5m'))
  .option('--seed <number>', 'which faults, and when', decimal, 1)
  .option('--haste <times>', 'delays of 3 s, and kills every 20 s or so, are divided by it', decimal, 1)
  .addHelpText('after', '\nExit code 1 when the accounts are not those of a plain computation.')
  .parse()
  .opts<{ for: number; seed: number; haste: number }>();
const FLIGHTS_MAX = 20_000;

const data = mkdtempSync(join(tmpdir(), 'mullion-chaos-'));
const kinesisEngine = await RestartableEmulator.start('kinesalite', join(data, 'kinesis'));
const dynamodbEngine = await RestartableEmulator.start('dynalite', join(data, 'dynamodb'));
const report = await runChaos({
  seed: options.seed,
  forMs: options.for,
  haste: options.haste,
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
console.log(JSON.stringify({ seed: options.seed, ...report }, undefined, 2));
process.exitCode = report.complaints.length === 0 ? 0 : 1;
