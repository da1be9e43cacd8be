import { type Command, Option } from 'commander';
import { EVENT_KINDS } from '../../shared/generate/generator-options.ts';
import { type Duration, durationMs } from '../../shared/time/duration.ts';
import { described, loaded } from '../described.ts';
import { decimal, durationOption, share, speedOption, wholeNumber } from '../option-values.ts';
import { DEFAULT_START, USUAL } from './usual-events.ts';

/** Adds `mullion generate`. */
export function addGenerate(program: Command): void {
  const command = program
    .command('generate')
    .description('make events to try a pipeline with, the same for the same seed: sensor readings, user events, system metrics')
    .option('-r, --rate <events>', 'events a second, on average', decimal, USUAL.eventsPerSecond)
    .option('-f, --for <duration>', 'how long: 30s, 5m, 1h (default: until Ctrl-C)', durationOption)
    .option('-n, --count <events>', 'how many', wholeNumber)
    .addOption(new Option('-k, --kinds <kinds...>', 'which').choices(EVENT_KINDS).default([...EVENT_KINDS], 'all three'))
    .option('--keys <keys>', 'different sensors, users and hosts, as many of each', wholeNumber, USUAL.keys)
    .option('--sources <sources>', 'who reports them; the first is the most punctual, the last the least', wholeNumber, USUAL.sources)
    .option('--seed <number>', 'the same seed, the same events', decimal, USUAL.seed)
    .option(
      '--start <time>',
      `event time of the first: an ISO 8601 time, or now (default: now onto a stream or a WebSocket, else ${DEFAULT_START})`,
    )
    .option('--speed <times>', 'how fast their time passes: 1, 10, max', speedOption, 1)
    .addOption(duration('--season <duration>', 'after which values are where they were', USUAL.season))
    .option('--trend <share>', 'by which they grow in a season; negative where they shrink', decimal, USUAL.trend)
    .option('--anomalies <share>', 'spikes, drops, overload, huge amounts; they say so in `anomaly`', share, USUAL.anomalies)
    .option('--out-of-order <share>', 'that come somewhat after others', share, USUAL.outOfOrder)
    .addOption(duration('--disorder <duration>', 'by how much, at most', USUAL.disorder))
    .option('--late <share>', 'that come far after others', share, USUAL.late)
    .addOption(duration('--late-by <duration>', 'by how much; twice that at most', USUAL.lateBy))
    .option('--duplicates <share>', 'that come a second time, byte for byte', share, USUAL.duplicates)
    .option('--burst <times>', 'how many times as many events come in a burst as between two (default: no bursts)', decimal)
    .addOption(duration('--burst-every <duration>', 'how often there is one', '1m'))
    .addOption(duration('--burst-for <duration>', 'how long one is', '5s'))
    .option('-o, --output <file>', 'a file, gzipped where its name ends with .gz; - for standard output', '-')
    .addOption(new Option('-s, --stream <name>', 'a Kinesis stream instead').conflicts('output'))
    .addOption(
      new Option('--to <url>', 'a WebSocket instead: ws://…, or wss://…, which is signed').conflicts(['output', 'stream', 'endpoint']),
    )
    .option('-e, --endpoint <url>', 'of Kinesis, for a local stack; else that of the environment or of AWS')
    .option('-j, --json', 'the summary as one JSON object: on standard output, or where that has the events, on standard error')
    .action(loaded(async () => (await import('./generate-command.ts')).generateCommand));
  described(command, {
    about: [
      'An event is a line of JSON: id, kind, source, time (milliseconds since 1970), and what its kind has. docs/GENERATE.md shows one of each.',
      "Shares are written 0.01 or 1%. The summary counts what was made, to hold a pipeline's own figures against.",
      'The exit code is 0 when all were taken, 1 when something is wrong, and 130 after Ctrl-C.',
    ],
    examples: [
      'mullion generate --rate 50000 --for 1m > events.jsonl',
      'mullion generate --count 1000000 --speed max --seed 7 --output events.jsonl.gz',
      'mullion generate --kinds sensors --keys 20 --season 5m --burst 10 --late 5% --stream events',
      'mullion generate --rate 5000 --to ws://127.0.0.1:4280/ws/ingest',
    ],
  });
}

/** An option with a duration, whose default is shown as one would type it. */
function duration(flags: string, description: string, byDefault: Duration): Option {
  return new Option(flags, description).argParser(durationOption).default(durationMs(byDefault), byDefault as string);
}
