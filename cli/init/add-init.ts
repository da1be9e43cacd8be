import type { Command } from 'commander';
import { described, loaded } from '../described.ts';

/** Adds `mullion init`. */
export function addInit(program: Command): void {
  const command = program
    .command('init')
    .description('begin a new project: a pipeline, its test, and the CDK app that deploys it')
    .argument('<folder>', 'where; it is made, or must be empty. . for this one')
    .option('-n, --name <name>', "of the project, the pipeline and, with capitals, the stack (default: the folder's)")
    .option(
      '-m, --mullion <spec>',
      'which mullion it depends on: a version, a packed .tgz, or a checkout, which is packed (default: this one)',
    )
    .option('-j, --json', 'what was written as one JSON object')
    .action(loaded(async () => (await import('./init-command.ts')).initCommand));
  described(command, {
    about: ['Nothing is installed and nothing is sent anywhere: files are written, and the last lines say what to do with them.'],
    examples: [
      'mullion init my-pipeline',
      'mullion init . --name room-temperatures',
      'mullion init my-pipeline --mullion ../mullion-0.1.0.tgz',
    ],
  });
}
