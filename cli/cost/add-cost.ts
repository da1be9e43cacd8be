import { type Command, Option } from 'commander';
import { KEY_KINDS } from '../../shared/cost/measured.ts';
import { described, loaded } from '../described.ts';
import { decimal } from '../option-values.ts';

/** Adds `mullion cost`. */
export function addCost(program: Command): void {
  const command = program
    .command('cost')
    .description('say what a pipeline costs in a month, part by part, beside Managed Flink and a write for every key')
    .requiredOption('-r, --rate <events>', 'events a second, on average; 0 for a pipeline that has none', decimal)
    .requiredOption('-k, --keys <keys>', 'different keys', decimal)
    .requiredOption('-w, --window <duration>', 'how long windows are: 1m, 1h, 1d')
    .option('--slide <duration>', 'how often one begins, where they overlap')
    .option('--out-of-orderness <duration>', 'the bound of the watermark', '5s')
    .option('-e, --event-bytes <bytes>', 'an event on the stream', decimal, 200)
    .option('--events-per-record <events>', 'where producers pack several into a record', decimal, 1)
    .option('--events-per-message <events>', 'where they come over a WebSocket: events in a message of it', decimal)
    .option('--connections <connections>', 'WebSockets that are open all month', decimal)
    .option('--gzip-ratio <times>', 'how many times smaller a record is where producers gzip it', decimal, 1)
    .addOption(new Option('--key-kind <kind>', 'what keys look like').choices([...KEY_KINDS]).default('id'))
    .option('--shards <shards>', 'of the input stream (default: as few as take the rate)', decimal)
    .option('--output-shards <shards>', 'of the output stream (default: as few as take the panes)', decimal)
    .addOption(new Option('--panes-per-record <panes>', 'on the output stream').choices(['one', 'many']).default('many'))
    .option(
      '--batch-window <duration>',
      'how long the first event of a batch waits for others, 1s to 300s (default: a sixth of the slide, at most 10s)',
    )
    .option('--batch-size <records>', 'records of a batch at most', decimal, 10_000)
    .option('--lanes <lanes>', 'functions that fire, a part of the keys each', decimal, 1)
    .option('--retention <duration>', 'how long the streams keep records, 24h to 365d', '24h')
    .option('--state-retention-days <days>', 'how long the logs are kept', decimal, 30)
    .option('--ingest-memory <MB>', 'memory of ingest', decimal, 512)
    .option('--fire-memory <MB>', 'memory of fire', decimal, 1_769)
    .option('--s3', 'payloads of 9 KB and more are objects in S3', true)
    .option('--no-s3', 'all payloads are in DynamoDB')
    .option('--region <region>', 'whose prices', 'us-east-1')
    .option('-j, --json', 'the same as one JSON object, with everything that was counted')
    .action(loaded(async () => (await import('./cost-command.ts')).costCommand));
  described(command, {
    about: [
      'The defaults are what we would set for a low bill; what each of the others comes to is printed below it, and how the construct is told.',
      'Only state + compute differs between designs: the streams are the same for all. docs/COST.md has the formulas, and where their numbers come from.',
    ],
    examples: [
      'mullion cost --rate 1000 --keys 10000 --event-bytes 200 --window 1m',
      'mullion cost --rate 10000 --keys 10000 --window 1h --slide 1m --batch-window 2s',
      'mullion cost --rate 100000 --keys 10000 --window 1m --events-per-record 100 --gzip-ratio 3',
      'mullion cost --rate 1000 --keys 10000 --window 1m --events-per-message 100 --connections 1000',
      'mullion cost --rate 0 --keys 1 --window 1m',
    ],
  });
}
