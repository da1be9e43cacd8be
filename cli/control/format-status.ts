import type { ControlStatus, LaneStatus } from '../../shared/control/control-status.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { formatCount } from '../run/summary.ts';
import { type Discards, DISCARDS_PREFIX } from './discards.ts';

const LABEL_WIDTH = 11;

/** How a pipeline stands, line by line; lane by lane, where it has several. */
export function formatStatus(pipeline: string, { lanes, pending }: ControlStatus, discards?: Discards): string[] {
  return [
    line('pipeline', pipeline),
    ...lanes.flatMap((lane, index) => [...(lanes.length === 1 ? [] : [line('lane', String(index))]), ...laneLines(lane)]),
    ...pending.map(({ action, position, requestedAtMs }) => line('asked for', `${action}, request ${position}, at ${show(requestedAtMs)}`)),
    ...(discards === undefined ? [] : [line('results', completeness(discards))]),
  ];
}

function laneLines(lane: LaneStatus): string[] {
  const { epoch, firedAtMs, watermark, openWindows, isPublished, snapshotOf, awaitsSnapshot, incompleteTo } = lane;
  return [
    line('is', standing(lane)),
    line(
      'epoch',
      firedAtMs === undefined ? 'none yet' : `${epoch}, of ${show(firedAtMs)}${isPublished ? '' : ', not wholly published yet'}`,
    ),
    ...(watermark === undefined ? [] : [line('watermark', show(watermark)), line('open', `${formatCount(openWindows)} windows`)]),
    ...(incompleteTo === undefined
      ? []
      : [line('panes', `may lack records that were given up, of windows with a time up to ${show(incompleteTo)}; they say so`)]),
    line(
      'snapshot',
      `${snapshotOf === 0 ? 'none' : `of epoch ${snapshotOf}`}${awaitsSnapshot ? '; one that was asked for is being written' : ''}`,
    ),
  ];
}

/** Whether something is missing in the results, as far as the mapping knows. */
function completeness({ bucket, batches, shards, firstAtMs, lastAtMs }: Discards): string {
  if (batches === 0) return `complete: nothing in ${bucket} was given up`;
  const when = firstAtMs === undefined || lastAtMs === undefined ? '' : `, from ${show(firstAtMs)} to ${show(lastAtMs)}`;
  const where = shards.length === 0 ? '' : `, of ${shards.join(', ')}`;
  return `INCOMPLETE: ${formatCount(batches)} ${batches === 1 ? 'batch was' : 'batches were'} given up${when}${where}; in ${bucket}, below ${DISCARDS_PREFIX}`;
}

function standing({ pausedSinceMs, watermark }: LaneStatus): string {
  if (pausedSinceMs !== undefined) return `paused since ${show(pausedSinceMs)}`;
  return watermark === END_OF_TIME ? 'drained' : 'running';
}

function line(label: string, text: string): string {
  return `${label.padEnd(LABEL_WIDTH)}${text}`;
}

function show(timeMs: number): string {
  if (timeMs === BEGINNING_OF_TIME) return 'the beginning of time';
  if (timeMs >= END_OF_TIME) return 'the end of time';
  return new Date(timeMs).toISOString();
}
