import { systemClock } from '../../shared/adapters/system-clock.ts';
import { controlStatus } from '../../shared/control/control-status.ts';
import { requestControl } from '../../shared/control/request-control.ts';
import { CONTROL_ACTIONS, type ControlAction } from '../../shared/log/control-request.ts';
import { CommandError } from '../command-error.ts';
import { openTable } from '../open-table.ts';
import { discardsIn } from './discards.ts';
import { formatStatus } from './format-status.ts';

export interface ControlCommandOptions {
  readonly pipeline: string;
  readonly table: string;
  readonly endpoint?: string;
  /** For `status`: where what ingest has given up on would be. */
  readonly discards?: string;
  readonly json?: boolean;
}

/** What each comes to, once it is obeyed. */
const OUTCOMES: Readonly<Record<ControlAction, string>> = {
  pause: 'nothing is read or fired until it is resumed; events go on being folded',
  resume: 'it goes on where it stood',
  drain: 'everything open leaves as final panes, and what comes later is late. A pipeline that has been drained stays so',
  checkpoint: 'the state is written down',
};

/**
 * `mullion control`: asks something of a running pipeline, or how it stands.
 *
 * @throws {CommandError} when the table cannot be used, or has no such pipeline.
 */
export async function controlCommand(action: string, options: ControlCommandOptions): Promise<void> {
  const { pipeline, table, endpoint, discards: bucket, json } = options;
  const logStore = await openTable(table, endpoint, pipeline);
  const status = await controlStatus(pipeline, logStore);
  if (status === undefined)
    throw new CommandError(
      `table '${table}' has no pipeline '${pipeline}': no function of it has run there; check the name (that in pipeline(…), or the construct's prop) and --table`,
    );
  const isJson = json === true;
  if (isAction(action)) {
    const position = await requestControl(pipeline, action, { logStore, clock: systemClock });
    const told = `asked '${pipeline}' to ${action}, as request ${position}. From its next firing on, within a minute: ${OUTCOMES[action]}.`;
    process.stdout.write(isJson ? `${JSON.stringify({ pipeline, action, request: position })}\n` : `${told}\n`);
  } else {
    const discards = bucket === undefined ? undefined : await discardsIn(bucket);
    const told = isJson
      ? JSON.stringify({ pipeline, ...status, ...(discards && { discards }) })
      : formatStatus(pipeline, status, discards).join('\n');
    process.stdout.write(`${told}\n`);
  }
}

function isAction(action: string): action is ControlAction {
  return (CONTROL_ACTIONS as readonly string[]).includes(action);
}
