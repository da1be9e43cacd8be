import { type Command, Option } from 'commander';
import { described, loaded } from '../described.ts';
import { INPUT_FORMATS } from '../input/input-format.ts';
import { profileOption, wholeNumber } from '../option-values.ts';

const DEFAULT_BATCH_SIZE = 1_000;

/** Adds `mullion run`. */
export function addRun(program: Command): void {
  const command = program
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
    .option('-j, --json', 'the summary as one JSON object: on standard output, or where that has the panes, on standard error')
    .addOption(profileOption())
    .action(loaded(async () => (await import('./run-command.ts')).runCommand));
  described(command, {
    about: [
      'Panes are lines of JSON, as on the output stream. The summary has the accounts: read = folded + filtered + late + invalid.',
      'The exit code is 0 when every record is accounted for, 1 when something that was given cannot be used, and 3 when a record is unaccounted for.',
    ],
    examples: [
      'mullion run examples/flights.ts --input flights.jsonl --output panes.jsonl',
      'mullion run examples/flights.yaml --input flights.jsonl --profile production',
      'zcat events.jsonl.gz | mullion run pipeline.ts --input - --side refused.jsonl | head',
    ],
  });
}
