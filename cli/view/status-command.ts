import { conservationLine, formatCount } from '../run/summary.ts';
import { type Standing, Standings } from '../../shared/view/standing.ts';
import { moment } from './pane-line.ts';
import { notRunYet, openView } from './open-view.ts';
import type { ViewOptions } from './view-options.ts';

const LABEL_WIDTH = 12;

/**
 * `mullion status`: how a pipeline stands. The exit code is 1 when events are unaccounted for.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or it has never run.
 */
export async function statusCommand(path: string, options: ViewOptions): Promise<void> {
  const view = await openView(path, options);
  const standing = await new Standings(view.pipeline, view).look();
  if (standing === undefined) throw notRunYet(view, options);
  const { name } = view.pipeline;
  process.stdout.write(
    options.json === true ? `${JSON.stringify({ pipeline: name, ...standing })}\n` : `${statusLines(name, standing).join('\n')}\n`,
  );
  if (standing.conservationDifference !== 0) process.exitCode = 1;
}

/** How a pipeline stands, for a person. */
function statusLines(name: string, standing: Standing): string[] {
  const { state, watermark, lagMs, heldBackBy, lanes, counts, panesFired, unreadCommits, isCurrent, pending, lateByWindow } = standing;
  const open = lanes.reduce((sum, { openWindows }) => sum + openWindows, 0);
  const incompleteTo = Math.max(...lanes.map((lane) => lane.incompleteTo ?? Number.NEGATIVE_INFINITY));
  return [
    line('pipeline', `${name}, ${state}`),
    line(
      'watermark',
      `${moment(watermark)}${lagMs === undefined ? '' : `, ${seconds(lagMs)} behind`}${heldBackBy === undefined ? '' : `, waits for ${heldBackBy}`}`,
    ),
    line('windows', `${formatCount(open)} open, ${formatCount(panesFired)} panes fired`),
    line('events', conservationLine(counts)),
    ...Object.entries(lateByWindow).map(([window, count]) => line('too late', `${formatCount(count)} for ${window}`)),
    ...(unreadCommits === 0
      ? []
      : [line('unread', `${formatCount(unreadCommits)} batches since the last firing${isCurrent ? '' : ', and more'}`)]),
    ...(incompleteTo === Number.NEGATIVE_INFINITY
      ? []
      : [line('incomplete', `windows with a time up to ${moment(incompleteTo)} may lack records that were given up`)]),
    ...pending.map(({ action, requestedAtMs }) => line('asked for', `${action}, ${moment(requestedAtMs)}, not obeyed yet`)),
  ];
}

function seconds(ms: number): string {
  return `${formatCount(Math.round(ms / 1_000))} s`;
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}
