import type { Command } from 'commander';
import { described, loaded } from '../described.ts';
import { asView, NEEDS, PIPELINE } from '../view/view-options.ts';

/** Adds `mullion explain`. */
export function addExplain(program: Command): void {
  const command = asView(program.command('explain'), 'the same as one JSON object')
    .description('name the shards and sequence numbers that a fired pane was made of, from the logs alone')
    .argument('<pipeline>', PIPELINE)
    .argument('<pane id>', 'as in the pane: pipeline:window:start-end:key:index; quote it')
    .action(loaded(async () => (await import('./explain-command.ts')).explainCommand));
  described(command, {
    about: [
      NEEDS,
      'The exit code is 0 when the pane is explained, 1 when there is no such pane, and 3 when its parts have expired or the accounts do not balance.',
    ],
    examples: [
      "mullion explain pipeline.ts 'flights:departures:978307200000-978393600000:ATL:0' --table flights-state",
      "mullion explain pipeline.ts 'flights:departures:978307200000-978393600000:ATL:0' -t mullion -e http://127.0.0.1:4567 --json",
    ],
  });
}
