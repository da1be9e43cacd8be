import type { ControlStatus, LaneStatus } from '../../shared/control/control-status.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';
import type { Standing } from '../../shared/view/standing.ts';
import { conservationLine, formatCount } from '../run/summary.ts';
import { behind } from './behind.ts';
import { type Discards, DISCARDS_PREFIX } from './discards.ts';
import { moment } from './pane-line.ts';

const LABEL_WIDTH = 12;

/** What the logs say by themselves, or all that can be said where the definition is at hand. */
export type Status = ControlStatus | Standing;

/** How a pipeline stands, for a person: as a whole where that is known, and by lanes where it has several. */
export function statusLines(name: string, status: Status, discards?: Discards): string[] {
  const { lanes, pending } = status;
  const [first] = lanes;
  const isWhole = 'counts' in status;
  return [
    line('pipeline', isWhole ? `${name}, ${status.state}` : name),
    ...(isWhole ? standingLines(status) : []),
    ...(lanes.length === 1 && first !== undefined
      ? laneLines(first, isWhole)
      : lanes.flatMap((lane, index) => [line('lane', String(index)), ...laneLines(lane, false)])),
    ...pending.map(({ action, position, requestedAtMs }) =>
      line('asked for', `${action}, request ${position}, at ${moment(requestedAtMs)}, not obeyed yet`),
    ),
    ...(discards === undefined ? [] : [line('results', completeness(discards))]),
  ];
}

function standingLines(standing: Standing): string[] {
  const { watermark, lagMs, heldBackBy, openByWindow, counts, panesFired, unreadCommits, isCurrent, lateByWindow } = standing;
  const open = Object.values(openByWindow).reduce((sum, count) => sum + count, 0);
  return [
    line(
      'watermark',
      `${moment(watermark)}${lagMs === undefined ? '' : `, ${behind(lagMs)}`}${heldBackBy === undefined ? '' : `, waits for ${heldBackBy}`}`,
    ),
    line('windows', `${formatCount(open)} open${unreadCommits === 0 ? '' : ' at the last firing'}, ${formatCount(panesFired)} panes fired`),
    line('events', conservationLine(counts)),
    ...Object.entries(lateByWindow).map(([window, count]) => line('too late', `${formatCount(count)} for ${window}`)),
    ...(unreadCommits === 0
      ? []
      : [
          line(
            'unread',
            `${formatCount(unreadCommits)} ${unreadCommits === 1 ? 'batch' : 'batches'} since the last firing${isCurrent ? '' : ', and more'}`,
          ),
        ]),
  ];
}

/**
 * How a lane stands.
 *
 * @param isSaid Whether its watermark and windows stand above it.
 */
function laneLines(lane: LaneStatus, isSaid: boolean): string[] {
  const { epoch, firedAtMs, watermark, openWindows, isPublished, snapshotOf, awaitsSnapshot, incompleteTo, pausedSinceMs } = lane;
  return [
    ...(isSaid && pausedSinceMs === undefined ? [] : [line('is', standingOf(lane))]),
    ...(isSaid || watermark === undefined
      ? []
      : [line('watermark', moment(watermark)), line('windows', `${formatCount(openWindows)} open`)]),
    line(
      'epoch',
      firedAtMs === undefined ? 'none yet' : `${epoch}, of ${moment(firedAtMs)}${isPublished ? '' : ', not wholly published yet'}`,
    ),
    line(
      'snapshot',
      `${snapshotOf === 0 ? 'none' : `of epoch ${snapshotOf}`}${awaitsSnapshot ? '; one that was asked for is being written' : ''}`,
    ),
    ...(incompleteTo === undefined
      ? []
      : [line('incomplete', `windows with a time up to ${moment(incompleteTo)} may lack records that were given up; their panes say so`)]),
  ];
}

/** Whether something is missing in the results, as far as the mapping knows. */
function completeness({ bucket, batches, shards, firstAtMs, lastAtMs }: Discards): string {
  if (batches === 0) return `complete: nothing in ${bucket} was given up`;
  const when = firstAtMs === undefined || lastAtMs === undefined ? '' : `, from ${moment(firstAtMs)} to ${moment(lastAtMs)}`;
  const where = shards.length === 0 ? '' : `, of ${shards.join(', ')}`;
  return `INCOMPLETE: ${formatCount(batches)} ${batches === 1 ? 'batch was' : 'batches were'} given up${when}${where}; in ${bucket}, below ${DISCARDS_PREFIX}`;
}

function standingOf({ pausedSinceMs, watermark }: LaneStatus): string {
  if (pausedSinceMs !== undefined) return `paused since ${moment(pausedSinceMs)}`;
  return watermark === END_OF_TIME ? 'drained' : 'running';
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}
