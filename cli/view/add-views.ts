import type { Command } from 'commander';
import { wholeNumber } from '../option-values.ts';
import { statusCommand } from './status-command.ts';
import { tailCommand } from './tail-command.ts';
import { asView, NEEDS } from './view-options.ts';
import { watermarksCommand } from './watermarks-command.ts';
import { windowsCommand } from './windows-command.ts';

/** Adds `mullion status`, `windows`, `watermarks` and `tail`: what can be seen of a pipeline that runs elsewhere. */
export function addViews(program: Command): void {
  asView(program.command('status').description('say how a running pipeline stands: its watermark, its accounts, what was asked of it'))
    .addHelpText(
      'after',
      `${NEEDS}\nThe exit code is 1 when events are unaccounted for.\n\nExample:\n  mullion status examples/flights.ts --table flights-state`,
    )
    .action(statusCommand);

  asView(program.command('watermarks').description('say how far event time has come on each shard, and which one holds it back'))
    .addHelpText('after', `${NEEDS}\n\nExample:\n  mullion watermarks examples/flights.ts --table flights-state`)
    .action(watermarksCommand);

  asView(program.command('windows').description('list the open windows, and what they hold so far'))
    .option('-w, --window <name>', 'of this definition only')
    .option('-p, --prefix <text>', 'what they hold of the keys that begin so; an empty one for all')
    .option('-l, --limit <number>', 'how many lines at most', wholeNumber, 50)
    .addHelpText(
      'after',
      `${NEEDS}\n\nExamples:\n  mullion windows examples/flights.ts --table flights-state\n  mullion windows examples/flights.ts -t flights-state --prefix ATL --json`,
    )
    .action(windowsCommand);

  asView(program.command('tail').description('show panes as they are fired, until Ctrl-C'))
    .option('-w, --window <name>', 'of this window only')
    .option('-k, --key <key>', 'of this key only')
    .option('--from-beginning', 'from the oldest that the log of epochs still keeps')
    .option('--once', 'end with what there is')
    .addHelpText(
      'after',
      `${NEEDS}\n\nExamples:\n  mullion tail examples/flights.ts --table flights-state --key ATL\n  mullion tail examples/flights.ts -t flights-state --from-beginning --once --json > panes.jsonl`,
    )
    .action(tailCommand);
}
