import { type Command, Option } from 'commander';
import { described, loaded } from '../described.ts';
import { INPUT_FORMATS } from '../input/input-format.ts';
import { profileOption, speedOption } from '../option-values.ts';

/** Adds `mullion replay`. */
export function addReplay(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'put the events of a file onto a Kinesis stream or a WebSocket, at the pace at which they happened or faster, and go on after an interruption',
    )
    .argument('<file>', 'JSON lines, a JSON array or CSV, plain or gzipped; - for standard input; or a module with a source of your own')
    .option('-s, --stream <name>', 'the Kinesis stream')
    .addOption(new Option('--to <url>', 'or a WebSocket: ws://…, or wss://…, which is signed').conflicts(['stream', 'endpoint']))
    .option('-e, --endpoint <url>', 'of Kinesis, for a local stack; else that of the environment or of AWS')
    .option('--speed <times>', 'how fast their time passes: 1, 10, max', speedOption, 1)
    .addOption(
      new Option(
        '-p, --pipeline <file>',
        'whose timestamp says when events happened, and whose first window under which key they go',
      ).conflicts(['time', 'key']),
    )
    .addOption(profileOption())
    .option(
      '-t, --time <field>',
      'or the field that says when: milliseconds or seconds since 1970, or an ISO 8601 time; a.b for a field in a field',
    )
    .option('-k, --key <field>', 'and the field that is the partition key (default: events are spread over all shards, in no order)')
    .addOption(
      new Option(
        '--format <format>',
        'of the file (default: csv where its name ends with .csv or .tsv, lines where the pipeline has a decode, else json)',
      ).choices(INPUT_FORMATS),
    )
    .option('--position <file>', 'where it is kept how far the stream has acknowledged them (default: <file>.<stream>.position)')
    .option('--restart', 'from the first event again, wherever the last replay stopped')
    .option('-j, --json', 'the summary as one JSON object on standard output')
    .action(loaded(async () => (await import('./replay-command.ts')).replayCommand));
  described(command, {
    about: [
      'Events go in the order of the file; one that lies behind others before it goes at once. What the stream refuses of a batch goes again before the next batch.',
      'A replay that was stopped, killed too, goes on behind the last acknowledged event when the same command is given again. Of one that was killed up to 500 events may have been under way, and come a second time; it says so.',
      'The exit code is 0 when all are on the stream, 1 when something is wrong, and 130 after Ctrl-C.',
    ],
    examples: [
      'mullion replay events.jsonl.gz --stream events --time time --key user --speed 10',
      'mullion replay flights.json --stream flights --pipeline examples/flights.ts --speed 100000',
      'mullion replay orders.csv --stream orders --speed max --key store --endpoint http://127.0.0.1:4567',
      'mullion replay orders.csv --to ws://127.0.0.1:4280/ws/ingest --speed max --key store',
    ],
  });
}
