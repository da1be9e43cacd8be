import { controlStatus } from '../../shared/control/control-status.ts';
import { Standings } from '../../shared/view/standing.ts';
import { EXIT_CODE } from '../exit-code.ts';
import { discardsIn } from './discards.ts';
import { type Status, statusLines } from './format-status.ts';
import { notRunYet, openLogs, openView } from './open-view.ts';
import type { ViewOptions } from './view-options.ts';

export interface StatusCommandOptions extends ViewOptions {
  /** Where what ingest has given up on would be. */
  readonly discards?: string;
}

/**
 * `mullion status`: how a pipeline stands. The exit code is 3 when events are unaccounted for.
 *
 * @param path Of the definition; absent where only the name is known.
 * @throws {CommandError} when pipeline, table or bucket cannot be used, or the pipeline has never run.
 */
export async function statusCommand(path: string | undefined, options: StatusCommandOptions): Promise<void> {
  const { name, status } = await look(path, options);
  if (status === undefined) throw notRunYet(name, options);
  const discards = options.discards === undefined ? undefined : await discardsIn(options.discards);
  const told =
    options.json === true
      ? JSON.stringify({ pipeline: name, ...status, ...(discards && { discards }) })
      : statusLines(name, status, discards).join('\n');
  process.stdout.write(`${told}\n`);
  if ('conservationDifference' in status && status.conservationDifference !== 0) process.exitCode = EXIT_CODE.unaccounted;
}

async function look(path: string | undefined, options: ViewOptions): Promise<{ name: string; status: Status | undefined }> {
  if (path === undefined) {
    const { name, logStore } = await openLogs(path, options);
    return { name, status: await controlStatus(name, logStore) };
  }
  const view = await openView(path, options);
  return { name: view.pipeline.name, status: await new Standings(view.pipeline, view).look() };
}
