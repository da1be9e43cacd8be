import { styleText } from 'node:util';
import { Command } from 'commander';
import { addCompletion } from './completion/add-completion.ts';
import { addControl } from './control/add-control.ts';
import { addCost } from './cost/add-cost.ts';
import { addDashboard } from './dashboard/add-dashboard.ts';
import { helpWidth } from './described.ts';
import { EXIT_CODE } from './exit-code.ts';
import { addExplain } from './explain/add-explain.ts';
import { addGenerate } from './generate/add-generate.ts';
import { addInit } from './init/add-init.ts';
import { MANIFEST } from './package-folder.ts';
import { addReplay } from './replay/add-replay.ts';
import { addRun } from './run/add-run.ts';
import { addSchema } from './schema/add-schema.ts';
import { addViews } from './view/add-views.ts';

/** Whether a terminal takes colours is commander's to find out, NO_COLOR included: it strips what it must. */
const bold = (text: string) => styleText('bold', text, { validateStream: false });

/** The command `mullion`, with everything that it can do. */
export function mullionProgram(): Command {
  const program = new Command('mullion')
    .description('Event-time windows on AWS without a cluster.')
    .version(MANIFEST.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .showHelpAfterError('(mullion --help says what there is)')
    .configureHelp({ styleTitle: bold, subcommandTerm: (command) => command.name() })
    .configureOutput({
      getOutHelpWidth: () => helpWidth(process.stdout),
      getErrHelpWidth: () => helpWidth(process.stderr),
      outputError: (message, write) => write(message.replace(/^error: /, 'mullion: ')),
    })
    // What is wrong has been said.
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? EXIT_CODE.done : EXIT_CODE.misused))
    .addHelpText('after', '\nmullion <command> --help has the options of a command, and examples.');

  program.commandsGroup('Begin:');
  addInit(program);
  addRun(program);
  addSchema(program);
  addCost(program);
  program.commandsGroup('Put events on a stream:');
  addGenerate(program);
  addReplay(program);
  program.commandsGroup('Look at a pipeline that runs:');
  addViews(program);
  addExplain(program);
  addDashboard(program);
  program.commandsGroup('Ask something of it:');
  addControl(program);
  program.commandsGroup('This command:').helpCommand('help [command]', 'print how a command is used');
  addCompletion(program);
  return program;
}
