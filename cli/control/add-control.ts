import type { Command } from 'commander';
import type { ControlAction } from '../../shared/log/control-request.ts';
import { described } from '../described.ts';
import { asView, PIPELINE } from '../view/view-options.ts';
import type { ControlCommandOptions } from './control-command.ts';

const ABOUT: Readonly<Record<ControlAction, string>> = {
  pause: 'read and fire nothing any more: no window closes; events go on being folded, and none is lost',
  resume: 'go on where it was paused',
  drain: 'fire everything that is open as final panes. There is no way back: what comes later is late',
  checkpoint: 'write the state down now, so that a start reads no log behind it',
};

const NEEDS =
  'A request is one entry of a log in the table, and the next firing obeys it, within a minute; mullion status says whether it has. Needed are dynamodb:Query and dynamodb:PutItem on the table, with region and credentials from where the AWS SDK looks for them.';

/** Adds `mullion pause`, `resume`, `drain` and `checkpoint`: what can be asked of a pipeline that runs elsewhere. */
export function addControl(program: Command): void {
  for (const [action, about] of Object.entries(ABOUT) as [ControlAction, string][]) {
    const command = asView(program.command(action), 'the same as one JSON object')
      .description(about)
      .argument('[pipeline]', `${PIPELINE}; not needed with --name`)
      .action(async (path: string | undefined, options: ControlCommandOptions) => {
        const { controlCommand } = await import('./control-command.ts');
        await controlCommand(action, path, options);
      });
    if (action === 'drain') command.option('-y, --yes', 'do not ask whether that is meant; needed without a terminal');
    described(command, {
      about: [NEEDS],
      examples: [
        `mullion ${action} examples/flights.ts --table flights-state`,
        `mullion ${action} --name flights --table flights-state${action === 'drain' ? ' --yes' : ''}`,
      ],
    });
  }
}
