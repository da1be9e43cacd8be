import { readFileSync } from 'node:fs';
import { Argument, Command, Option } from 'commander';
import { AggregateFault } from '../shared/aggregates/aggregate-fault.ts';
import { KEY_KINDS } from '../shared/cost/measured.ts';
import { schemaText } from '../shared/configuration/editor-schema.ts';
import { showThrown } from '../shared/ingest/invalid-record.ts';
import { CONTROL_ACTIONS } from '../shared/log/control-request.ts';
import { CommandError } from './command-error.ts';
import { controlCommand } from './control/control-command.ts';
import { costCommand } from './cost/cost-command.ts';
import { addDashboard } from './dashboard/add-dashboard.ts';
import { explainCommand } from './explain/explain-command.ts';
import { addGenerate } from './generate/add-generate.ts';
import { addInit } from './init/add-init.ts';
import { INPUT_FORMATS } from './input/read-events.ts';
import { decimal, profileOption, wholeNumber } from './option-values.ts';
import { addReplay } from './replay/add-replay.ts';
import { printable } from './printable.ts';
import { runCommand } from './run/run-command.ts';
import { addViews } from './view/add-views.ts';

const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('mullion/package.json')), 'utf8')) as { version: string };
const DEFAULT_BATCH_SIZE = 1_000;

const program = new Command('mullion')
  .description('Event-time windows on AWS without a cluster.')
  .version(version)
  .showHelpAfterError('(mullion --help shows what there is)');

program
  .command('run')
  .description('run a pipeline over a file, to its end, with the code that runs in Lambda')
  .argument('<pipeline>', 'a TypeScript or JavaScript module whose default export is a pipeline, or a configuration, .yaml or .json')
  .requiredOption('-i, --input <file>', 'JSON lines, a JSON array or CSV, plain or gzipped; - for standard input')
  .addOption(
    new Option(
      '--format <format>',
      'of the input (default: csv where its name ends with .csv or .tsv, lines where the pipeline has a decode, else json)',
    ).choices(INPUT_FORMATS),
  )
  .option('-o, --output <file>', 'where the panes go, one a line; - for standard output', '-')
  .option('-s, --side <file>', 'where refused records go, one a line, raw and with the reason')
  .option('-b, --batch-size <records>', 'records that are folded and fired together', wholeNumber, DEFAULT_BATCH_SIZE)
  .addOption(profileOption())
  .addHelpText(
    'after',
    `
Examples:
  mullion run examples/flights.ts --input flights.jsonl --output panes.jsonl --side refused.jsonl
  mullion run examples/flights.yaml --input flights.jsonl --profile production`,
  )
  .action(runCommand);

program
  .command('schema')
  .description('print the JSON Schema of pipeline.yaml, for editors')
  .addHelpText(
    'after',
    '\nExample:\n  mullion schema > pipeline.schema.json    # and, first in pipeline.yaml: # yaml-language-server: $schema=pipeline.schema.json',
  )
  .action(() => void process.stdout.write(schemaText()));

addInit(program);
addGenerate(program);
addReplay(program);
addDashboard(program);
addViews(program);

program
  .command('explain')
  .description('name the shards and sequence numbers that a fired pane was made of, from the logs alone')
  .argument('<pipeline>', 'the module whose default export is the pipeline, or its configuration, as it is deployed')
  .argument('<pane id>', 'as in the pane: pipeline:window:start-end:key:index; quote it')
  .addOption(new Option('-t, --table <name>', "the pipeline's DynamoDB table").env('MULLION_TABLE').makeOptionMandatory())
  .option('-e, --endpoint <url>', 'of DynamoDB, for a local stack; else that of the environment or of AWS')
  .option('-j, --json', 'the same as one JSON object')
  .addOption(profileOption())
  .addHelpText(
    'after',
    `
Region and credentials come from where the AWS SDK looks for them (AWS_REGION, AWS_PROFILE, …); reading the table is all that is needed.
The exit code is 0 when the pane is explained, and 1 when there is no such pane, its parts have expired, or the accounts do not balance.

Examples:
  mullion explain examples/flights.ts 'flights:departures:978307200000-978393600000:ATL:0' --table flights-state
  mullion explain examples/flights.ts 'flights:departures:978307200000-978393600000:ATL:0' -t mullion -e http://127.0.0.1:4567 --json`,
  )
  .action(explainCommand);

program
  .command('control')
  .description('ask a running pipeline to pause, resume, drain or write its state down, or how it stands')
  .addArgument(new Argument('<action>', 'what is asked').choices([...CONTROL_ACTIONS, 'status']))
  .requiredOption('-p, --pipeline <name>', 'as in pipeline(…), or as the construct names it')
  .addOption(new Option('-t, --table <name>', "the pipeline's DynamoDB table").env('MULLION_TABLE').makeOptionMandatory())
  .option('-e, --endpoint <url>', 'of DynamoDB, for a local stack; else that of the environment or of AWS')
  .option('--discards <bucket>', "for status: the bucket of the construct's discard rule; whether ingest has given up on something")
  .option('-j, --json', 'the same as one JSON object')
  .addHelpText(
    'after',
    `
  pause       nothing is read or fired any more, and no window closes; events go on being folded, and none is lost
  resume      goes on where it stood
  drain       everything open leaves as final panes; what comes later is late. There is no way back
  checkpoint  the state is written down now, so that a start reads no log behind it
  status      paused or running, watermark, open windows, what was asked for and is not obeyed yet

A request is one entry of a log in the table, and the next firing obeys it, within a minute. Region and credentials come from where the AWS SDK looks
for them (AWS_REGION, AWS_PROFILE, …); needed are dynamodb:Query and, but for status, dynamodb:PutItem on the table; with --discards
s3:ListBucket on the bucket.

Examples:
  mullion control pause --pipeline flights --table flights-state
  mullion control status -p flights -t mullion -e http://127.0.0.1:4567 --json`,
  )
  .action(controlCommand);

program
  .command('cost')
  .description('say what a pipeline costs in a month, part by part, beside Managed Flink and a write for every key')
  .requiredOption('-r, --rate <events>', 'events a second, on average; 0 for a pipeline that has none', decimal)
  .requiredOption('-k, --keys <keys>', 'different keys', decimal)
  .requiredOption('-w, --window <duration>', 'how long windows are: 1m, 1h, 1d')
  .option('--slide <duration>', 'how often one begins, where they overlap')
  .option('--out-of-orderness <duration>', 'the bound of the watermark', '5s')
  .option('-e, --event-bytes <bytes>', 'an event on the stream', decimal, 200)
  .option('--events-per-record <events>', 'where producers pack several into a record', decimal, 1)
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
  .addHelpText(
    'after',
    `
The defaults are what we would set for a low bill; what each of the others comes to is printed below it, and how the construct is told.
Only state + compute differs between designs: the streams are the same for all. docs/COST.md has the formulas, and where their numbers come from.

Examples:
  mullion cost --rate 1000 --keys 10000 --event-bytes 200 --window 1m
  mullion cost --rate 10000 --keys 10000 --window 1h --slide 1m --batch-window 2s
  mullion cost --rate 100000 --keys 10000 --window 1m --events-per-record 100 --gzip-ratio 3
  mullion cost --rate 0 --keys 1 --window 1m`,
  )
  .action(costCommand);

// A reader that has seen enough (`| head`) closes the pipe: no error of ours, and nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  process.stderr.write(`mullion: standard output: it cannot be written: ${error.message}\n`);
  process.exit(1);
});

try {
  await program.parseAsync();
} catch (error) {
  const message = messageFor(error);
  if (message === undefined) throw error;
  for (const line of message.split('\n')) process.stderr.write(`mullion: ${printable(line)}\n`);
  process.exitCode = 1;
  // An input that is still open would keep the process alive until whoever writes to it is done.
  process.stdin.destroy();
}

/** What to tell the person at the command line; nothing of what only a stack can tell. */
function messageFor(error: unknown): string | undefined {
  if (error instanceof CommandError) return error.message;
  // It keeps from logs what the user's function said. This is no log.
  return error instanceof AggregateFault ? `${error.message}: ${showThrown(error.thrown)}` : undefined;
}
