import type { ControlStatus } from '../../shared/control/control-status.ts';
import { BEGINNING_OF_TIME, END_OF_TIME } from '../../shared/time/event-time.ts';
import { formatCount } from '../run/summary.ts';

const LABEL_WIDTH = 11;

/** How a pipeline stands, line by line. */
export function formatStatus(pipeline: string, status: ControlStatus): string[] {
  const { epoch, firedAtMs, watermark, openWindows, isPublished, snapshotOf, awaitsSnapshot, pending } = status;
  return [
    line('pipeline', `${pipeline}, ${standing(status)}`),
    line('epoch', firedAtMs === undefined ? 'none yet' : `${epoch}, of ${show(firedAtMs)}${isPublished ? '' : ', not wholly published yet'}`),
    ...(watermark === undefined ? [] : [line('watermark', show(watermark)), line('open', `${formatCount(openWindows)} windows`)]),
    line('snapshot', `${snapshotOf === 0 ? 'none' : `of epoch ${snapshotOf}`}${awaitsSnapshot ? '; one that was asked for is being written' : ''}`),
    ...pending.map(({ action, position, requestedAtMs }) => line('asked for', `${action}, request ${position}, at ${show(requestedAtMs)}`)),
  ];
}

function standing({ pausedSinceMs, watermark }: ControlStatus): string {
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
