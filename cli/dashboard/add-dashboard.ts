import { type Command, Option } from 'commander';
import { described, loaded } from '../described.ts';
import { portNumber } from '../option-values.ts';

/** Adds `mullion dashboard`. */
export function addDashboard(program: Command): void {
  const command = program
    .command('dashboard')
    .description('serve the dashboard of a deployed API on this machine, signing what it asks')
    .requiredOption('-u, --url <url>', "of the API, as the stack's output has it")
    .option('-t, --token-file <file>', 'where the API takes tokens: the file that holds one; it is read for every request')
    .addOption(new Option('-p, --port <number>', 'on 127.0.0.1').argParser(portNumber).default(0, 'any that is free'))
    .option('-j, --json', 'where it is served, as one JSON object')
    .action(loaded(async () => (await import('./dashboard-command.ts')).dashboardCommand));
  described(command, {
    about: [
      'Without a token, requests are signed with the credentials that the AWS SDK finds (AWS_PROFILE, …): whoever may look, sees; the buttons need the other grant. It serves this machine alone, and ends with Ctrl-C.',
    ],
    examples: [
      'mullion dashboard --url https://abc123.execute-api.eu-north-1.amazonaws.com',
      'mullion dashboard --url https://abc123.execute-api.eu-north-1.amazonaws.com --token-file token --port 4280',
    ],
  });
}
