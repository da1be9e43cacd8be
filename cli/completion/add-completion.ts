import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, type Command } from 'commander';
import { described } from '../described.ts';
import { PACKAGE_FOLDER } from '../package-folder.ts';
import { completions } from './completions.ts';

const SHELLS = ['bash', 'zsh', 'fish'];

/** Adds `mullion completion`, and what its scripts ask. */
export function addCompletion(program: Command): void {
  const command = program
    .command('completion')
    .description('print what a shell has to read, so that the tab key completes commands, options, values and files')
    .addArgument(new Argument('<shell>', 'which one').choices(SHELLS))
    .action((shell: string) => void process.stdout.write(scriptFor(shell)));
  described(command, {
    about: ['It completes behind the word mullion. Where that is not on the PATH: mullion() { npx mullion "$@"; }'],
    examples: [
      'source <(mullion completion bash)                                       # in ~/.bashrc',
      'source <(mullion completion zsh)                                        # in ~/.zshrc, behind compinit',
      'mullion completion fish > ~/.config/fish/completions/mullion.fish',
    ],
  });

  program
    .command('complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .action((words: string[]) => {
      const found = completions(program, words);
      const lines = found === 'files' ? [':files'] : found.map(({ value, about }) => `${value}\t${about}`);
      if (lines.length > 0) process.stdout.write(`${lines.join('\n')}\n`);
    });
}

/** It asks the command as it was typed, and completes the names of files in the way of the shell. */
function scriptFor(shell: string): string {
  return readFileSync(join(PACKAGE_FOLDER, 'cli', 'completion', 'scripts', `mullion.${shell}`), 'utf8');
}
