import type { Command } from 'commander';
import { described, loaded } from '../described.ts';
import { wholeNumber } from '../option-values.ts';
import { asView, NEEDS, PIPELINE } from './view-options.ts';

/** Adds `mullion status`, `windows`, `watermarks` and `tail`: what can be seen of a pipeline that runs elsewhere. */
export function addViews(program: Command): void {
  const status = asView(program.command('status'), 'the same as one JSON object')
    .description('say how a running pipeline stands: its watermark, its accounts, what was asked of it')
    .argument('[pipeline]', `${PIPELINE}; with --name alone less can be said`)
    .option('--discards <bucket>', "the bucket of the construct's discard rule: whether ingest has given up on something")
    .action(loaded(async () => (await import('./status-command.ts')).statusCommand));
  described(status, {
    about: [NEEDS, 'With --discards, s3:ListBucket on the bucket is needed as well. The exit code is 3 when events are unaccounted for.'],
    examples: ['mullion status examples/flights.ts --table flights-state', 'mullion status --name flights --table flights-state --json'],
  });

  const watermarks = asView(program.command('watermarks'), 'the same as one JSON object')
    .description('say how far event time has come on each shard, and which one holds it back')
    .argument('<pipeline>', PIPELINE)
    .action(loaded(async () => (await import('./watermarks-command.ts')).watermarksCommand));
  described(watermarks, {
    about: [NEEDS],
    examples: ['mullion watermarks examples/flights.ts --table flights-state'],
  });

  const windows = asView(program.command('windows'), 'each as a line of JSON')
    .description('list the open windows, and what they hold so far')
    .argument('<pipeline>', PIPELINE)
    .option('-w, --window <name>', 'of this definition only')
    .option('-p, --prefix <text>', 'what they hold of the keys that begin so; an empty one for all')
    .option('-l, --limit <number>', 'how many lines at most', wholeNumber, 50)
    .action(loaded(async () => (await import('./windows-command.ts')).windowsCommand));
  described(windows, {
    about: [NEEDS],
    examples: [
      'mullion windows examples/flights.ts --table flights-state',
      'mullion windows examples/flights.ts -t flights-state --prefix ATL --json',
    ],
  });

  const tail = asView(program.command('tail'), 'each as a line of JSON, as on the output stream')
    .description('show panes as they are fired, until Ctrl-C')
    .argument('<pipeline>', PIPELINE)
    .option('-w, --window <name>', 'of this window only')
    .option('-k, --key <key>', 'of this key only')
    .option('--from-beginning', 'from the oldest that the log of epochs still keeps')
    .option('--once', 'end with what there is')
    .action(loaded(async () => (await import('./tail-command.ts')).tailCommand));
  described(tail, {
    about: [NEEDS],
    examples: [
      'mullion tail examples/flights.ts --table flights-state --key ATL',
      'mullion tail examples/flights.ts -t flights-state --from-beginning --once --json > panes.jsonl',
    ],
  });
}
