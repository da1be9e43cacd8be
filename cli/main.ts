import { readFileSync } from 'node:fs';
import { Argument, Command, InvalidArgumentError, Option } from 'commander';
import { CONTROL_ACTIONS } from '../shared/log/control-request.ts';
import { CommandError } from './command-error.ts';
import { controlCommand } from './control/control-command.ts';
import { explainCommand } from './explain/explain-command.ts';
import { runCommand } from './run/run-command.ts';

const { version } = JSON.parse(readFileSync(new URL(import.meta.resolve('mullion/package.json')), 'utf8')) as { version: string };
const DEFAULT_BATCH_SIZE = 1_000;

const program = new Command('mullion')
  .description('Event-time windows on AWS without a cluster.')
  .version(version)
  .showHelpAfterError('(mullion --help shows what there is)');

program
  .command('run')
  .description('run a pipeline over a file, to its end, with the code that runs in Lambda')
  .argument('<pipeline>', 'a TypeScript or JavaScript module whose default export is a pipeline')
  .requiredOption('-i, --input <file>', 'JSON lines or a JSON array, plain or gzipped; - for standard input')
  .option('-o, --output <file>', 'where the panes go, one a line; - for standard output', '-')
  .option('-s, --side <file>', 'where refused records go, one a line, raw and with the reason')
  .option('-b, --batch-size <records>', 'records that are folded and fired together', wholeNumber, DEFAULT_BATCH_SIZE)
  .addHelpText('after', '\nExample:\n  mullion run examples/flights.ts --input flights.jsonl --output panes.jsonl --side refused.jsonl')
  .action(runCommand);

program
  .command('explain')
  .description('name the shards and sequence numbers that a fired pane was made of, from the logs alone')
  .argument('<pipeline>', 'the module whose default export is the pipeline, as it is deployed')
  .argument('<pane id>', 'as in the pane: pipeline:window:start-end:key:index; quote it')
  .addOption(new Option('-t, --table <name>', "the pipeline's DynamoDB table").env('MULLION_TABLE').makeOptionMandatory())
  .option('-e, --endpoint <url>', 'of DynamoDB, for a local stack; else that of the environment or of AWS')
  .option('-j, --json', 'the same as one JSON object')
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
for them (AWS_REGION, AWS_PROFILE, …); needed are dynamodb:Query and, but for status, dynamodb:PutItem on the table.

Examples:
  mullion control pause --pipeline flights --table flights-state
  mullion control status -p flights -t mullion -e http://127.0.0.1:4567 --json`,
  )
  .action(controlCommand);

// A reader that has seen enough (`| head`) closes the pipe: no error of ours, and nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(128 + 13);
  process.stderr.write(`mullion: standard output: it cannot be written: ${error.message}\n`);
  process.exit(1);
});

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommandError)) throw error;
  for (const line of error.message.split('\n')) process.stderr.write(`mullion: ${line}\n`);
  process.exitCode = 1;
  // An input that is still open would keep the process alive until whoever writes to it is done.
  process.stdin.destroy();
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1 up.');
  return value;
}
