import { Command, InvalidArgumentError, Option } from 'commander';
import { decimal, durationOption, portNumber, profileOption } from '../../cli/option-values.ts';
import { EVENT_KINDS, type EventKindName, EVENTS_PER_SECOND_MAX } from '../../shared/generate/generator-options.ts';

/** What `npm start -- …` was told. */
export interface StartOptions {
  /** How long to run once all is up; until Ctrl-C when absent. */
  readonly forMs?: number;
  /** What to run, instead of the flights. */
  readonly pipeline?: { readonly path: string; readonly profile: string | undefined };
  /** Generated events onto the input stream of that pipeline; nobody puts any when absent. */
  readonly generate?: { readonly eventsPerSecond: number; readonly kinds: readonly EventKindName[] };
  /** Flights per second onto the input stream. */
  readonly rate: number;
  readonly shards: number;
  /** Of the HTTP API; 0 for any that is free. */
  readonly port: number;
  /** Every pane instead of the first few of each firing. */
  readonly all: boolean;
  /** Every pane as a line of JSON, as on the output stream. */
  readonly json: boolean;
  /** Names of real streams and a real table; emulators when absent. */
  readonly aws?: { readonly inputStream: string; readonly outputStream: string; readonly sideStream: string; readonly tableName: string };
}

interface Parsed {
  pipeline?: string;
  profile?: string;
  generate?: number;
  kinds?: readonly EventKindName[];
  for?: number;
  rate: number;
  shards: number;
  port: number;
  all: boolean;
  json: boolean;
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
    .option(
      '-p, --pipeline <file>',
      'a module whose default export is a pipeline, or a configuration, .yaml or .json (default: the flights)',
    )
    .addOption(profileOption())
    .option(
      '--generate <events>',
      'with --pipeline: events per second as `mullion generate` makes them; without, events are yours to put',
      generatedRate,
    )
    .addOption(new Option('--kinds <kinds...>', 'with --generate: which (default: all three)').choices(EVENT_KINDS))
    .option('--for <duration>', 'end by itself after so long: 30s, 5m', durationOption)
    .addOption(new Option('--rate <events>', 'flights per second').argParser(positive).default(1_000).conflicts('pipeline'))
    .option('--shards <number>', 'shards of the input stream', positive, 2)
    .option('--port <number>', 'of the HTTP API; any that is free by default', portNumber, 0)
    .option('--all', 'print every pane instead of the first few of each firing', false)
    .option('-j, --json', 'print every pane as a line of JSON, as on the output stream', false)
    .option('--aws', 'work on real streams and a real table, with the credentials and the region of the environment', false)
    .option('--input-stream <name>', 'with --aws')
    .option('--output-stream <name>', 'with --aws')
    .option('--side-stream <name>', 'with --aws')
    .option('--table <name>', 'with --aws')
    .addHelpText(
      'after',
      `
Examples:
  npm start -- --for 30s
  npm start -- --pipeline examples/telemetry.ts --generate 2000
  npm start -- --pipeline ../room-temperatures/pipeline.ts --generate 500 --kinds sensors
  npm start -- --pipeline examples/flights.yaml --profile production
  npm start -- --aws --input-stream in --output-stream out --side-stream side --table state`,
    )
    .parse(argv, { from: 'user' });
  const parsed = command.opts<Parsed>();
  const { pipeline: path, profile, generate, kinds, inputStream, outputStream, sideStream, table: tableName } = parsed;
  const named = inputStream !== undefined && outputStream !== undefined && sideStream !== undefined && tableName !== undefined;
  if (parsed.aws && !named) command.error('error: --aws needs --input-stream, --output-stream, --side-stream and --table');
  if (path === undefined && profile !== undefined) command.error('error: --profile is for a --pipeline that is a configuration');
  if (path === undefined && generate !== undefined)
    command.error('error: --generate needs a --pipeline for these events, such as examples/telemetry.ts');
  if (generate === undefined && kinds !== undefined) command.error('error: --kinds needs --generate: how many of them in a second');
  return {
    ...(path === undefined ? {} : { pipeline: { path, profile } }),
    ...(generate === undefined ? {} : { generate: { eventsPerSecond: generate, kinds: kinds ?? EVENT_KINDS } }),
    ...(parsed.for === undefined ? {} : { forMs: parsed.for }),
    rate: parsed.rate,
    shards: parsed.shards,
    port: parsed.port,
    all: parsed.all,
    json: parsed.json,
    ...(parsed.aws && named ? { aws: { inputStream, outputStream, sideStream, tableName } } : {}),
  };
}

function generatedRate(text: string): number {
  const rate = decimal(text);
  if (rate <= 0 || rate > EVENTS_PER_SECOND_MAX)
    throw new InvalidArgumentError(`It must be above 0, and at most ${EVENTS_PER_SECOND_MAX}.`);
  return rate;
}

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}
