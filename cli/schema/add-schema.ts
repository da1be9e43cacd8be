import type { Command } from 'commander';
import { described } from '../described.ts';

/** Adds `mullion schema`. */
export function addSchema(program: Command): void {
  const command = program
    .command('schema')
    .description('print the JSON Schema of pipeline.yaml, for editors')
    .action(async () => {
      const { schemaText } = await import('../../shared/configuration/editor-schema.ts');
      process.stdout.write(schemaText());
    });
  described(command, {
    about: ['The first line of pipeline.yaml tells an editor where it is: # yaml-language-server: $schema=pipeline.schema.json'],
    examples: ['mullion schema > pipeline.schema.json'],
  });
}
