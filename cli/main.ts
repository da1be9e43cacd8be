import { AggregateFault } from '../shared/aggregates/aggregate-fault.ts';
import { showThrown } from '../shared/ingest/invalid-record.ts';
import { CommandError } from './command-error.ts';
import { EXIT_CODE } from './exit-code.ts';
import { printable } from './printable.ts';
import { mullionProgram } from './program.ts';

// A reader that has seen enough (`| head`) closes the pipe: no error of ours, and nothing more to do.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(EXIT_CODE.unread);
  process.stderr.write(`mullion: standard output: it cannot be written: ${error.message}\n`);
  process.exit(EXIT_CODE.failed);
});

try {
  await mullionProgram().parseAsync();
} catch (error) {
  const message = messageFor(error);
  if (message === undefined) throw error;
  for (const line of message.split('\n')) process.stderr.write(`mullion: ${printable(line)}\n`);
  process.exitCode = error instanceof CommandError ? error.exitCode : EXIT_CODE.failed;
  // An input that is still open would keep the process alive until whoever writes to it is done.
  process.stdin.destroy();
}

/** What to tell the person at the command line; nothing of what only a stack can tell. */
function messageFor(error: unknown): string | undefined {
  if (error instanceof CommandError) return error.message;
  // It keeps from logs what the user's function said. This is no log.
  return error instanceof AggregateFault ? `${error.message}: ${showThrown(error.thrown)}` : undefined;
}
