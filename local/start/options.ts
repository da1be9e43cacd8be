import { Command, InvalidArgumentError } from 'commander';
import { portNumber } from '../../cli/option-values.ts';
import { type Duration, durationMs } from '../../shared/time/duration.ts';

/** What `npm start -- …` was told. */
export interface StartOptions {
  /** How long to run; until Ctrl-C when absent. */
  readonly forMs?: number;
  /** Flights per second onto the input stream. */
  readonly rate: number;
  readonly shards: number;
  /** Of the HTTP API; 0 for any that is free. */
  readonly port: number;
  /** Every pane instead of the first few of each firing. */
  readonly all: boolean;
  /** Names of real streams and a real table; emulators when absent. */
  readonly aws?: { readonly inputStream: string; readonly outputStream: string; readonly sideStream: string; readonly tableName: string };
}

interface Parsed {
  for?: number;
  rate: number;
  shards: number;
  port: number;
  all: boolean;
  aws: boolean;
  inputStream?: string;
  outputStream?: string;
  sideStream?: string;
  table?: string;
}

export function readOptions(argv: readonly string[]): StartOptions {
  const command = new Command('npm start --')
    .description(
      'The whole system on this machine: streams, table, event source mapping and schedule around the functions as they are deployed.',
    )
    .option('--for <duration>', 'end by itself after this long: 30s, 5m', duration)
    .option('--rate <events>', 'flights per second', positive, 1_000)
    .option('--shards <number>', 'shards of the input stream', positive, 2)
    .option('--port <number>', 'of the HTTP API; any that is free by default', portNumber, 0)
    .option('--all', 'print every pane instead of the first few of each firing', false)
    .option('--aws', 'work on real streams and a real table, with the credentials and the region of the environment', false)
    .option('--input-stream <name>', 'with --aws')
    .option('--output-stream <name>', 'with --aws')
    .option('--side-stream <name>', 'with --aws')
    .option('--table <name>', 'with --aws')
    .addHelpText(
      'after',
      '\nExamples:\n  npm start -- --for 30s\n  npm start -- --aws --input-stream in --output-stream out --side-stream side --table state',
    )
    .parse(argv, { from: 'user' });
  const parsed = command.opts<Parsed>();
  const { inputStream, outputStream, sideStream, table: tableName } = parsed;
  const named = inputStream !== undefined && outputStream !== undefined && sideStream !== undefined && tableName !== undefined;
  if (parsed.aws && !named) command.error('error: --aws needs --input-stream, --output-stream, --side-stream and --table');
  return {
    ...(parsed.for === undefined ? {} : { forMs: parsed.for }),
    rate: parsed.rate,
    shards: parsed.shards,
    port: parsed.port,
    all: parsed.all,
    ...(parsed.aws && named ? { aws: { inputStream, outputStream, sideStream, tableName } } : {}),
  };
}

function duration(text: string): number {
  try {
    return durationMs(text as Duration, { minMs: 1 });
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}
