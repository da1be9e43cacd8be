import { createInterface } from 'node:readline/promises';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import { controlStatus, isWhollyDrained } from '../../shared/control/control-status.ts';
import { requestControl } from '../../shared/control/request-control.ts';
import type { ControlAction } from '../../shared/log/control-request.ts';
import { CommandError, UsageError } from '../command-error.ts';
import { notRunYet, openLogs } from '../view/open-view.ts';
import type { ViewOptions } from '../view/view-options.ts';

export interface ControlCommandOptions extends ViewOptions {
  /** Of what has no way back: it was thought of before. */
  readonly yes?: boolean;
}

/** What each comes to, once it is obeyed. */
const OUTCOMES: Readonly<Record<ControlAction, string>> = {
  pause: 'nothing is read or fired until it is resumed; events go on being folded',
  resume: 'it goes on where it stood',
  drain: 'everything open leaves as final panes, and what comes later is late. A pipeline that has been drained stays so',
  checkpoint: 'the state is written down',
};

/**
 * `mullion pause`, `resume`, `drain`, `checkpoint`: asks something of a running pipeline.
 *
 * @param path Of the definition; absent where only the name is known.
 * @throws {CommandError} when the table cannot be used or has no such pipeline, when that has been drained, or nobody has agreed to what has no way back.
 */
export async function controlCommand(action: ControlAction, path: string | undefined, options: ControlCommandOptions): Promise<void> {
  const { name, logStore } = await openLogs(path, options);
  const status = await controlStatus(name, logStore);
  if (status === undefined) throw notRunYet(name, options);
  if (isWhollyDrained(status)) throw new CommandError(`'${name}' has been drained, and stays so; begin anew under another name`);
  if (action === 'drain' && options.yes !== true) await agreed(name);
  const request = await requestControl(name, action, { logStore, clock: systemClock });
  const told =
    options.json === true
      ? JSON.stringify({ pipeline: name, action, request })
      : `asked '${name}' to ${action}, as request ${request}. From its next firing on, within a minute: ${OUTCOMES[action]}.`;
  process.stdout.write(`${told}\n`);
}

/** Asks a person; a program has to say so. */
async function agreed(name: string): Promise<void> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw new UsageError(`drain: '${name}' could never go on, everything that comes later would be late; say --yes where that is meant`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const question = `drain '${name}'? It can never go on: everything that comes later is late. [y/N] `;
    // Ctrl-C and Ctrl-D are a no.
    const answer = await terminal.question(question).catch(() => '');
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new CommandError(`'${name}' is as it was`);
  } finally {
    terminal.close();
  }
}
