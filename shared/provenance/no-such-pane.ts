import type { EpochHeader } from '../log/epoch.ts';
import { ORIGIN } from '../log/position.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import { maxTimestamp, type WindowOperator } from '../pipeline/window-operator.ts';
import { BEGINNING_OF_TIME, END_OF_TIME, type EventTime } from '../time/event-time.ts';
import type { PaneSearch } from './find-pane.ts';
import { type PaneId, parsePaneId } from './pane-id.ts';

/** There is no such pane, or not yet, or not any more: the message says which, and what is known. */
export class NoSuchPaneError extends Error {
  override readonly name = 'NoSuchPaneError';
}

/**
 * The window that a pane id is about.
 *
 * @throws {NoSuchPaneError} when the pipeline cannot have such a pane.
 */
export function readPaneId(pipeline: Pipeline<never>, text: string): { id: PaneId; operator: WindowOperator<never> } {
  const id = parsePaneId(text);
  if (id === undefined)
    throw new NoSuchPaneError(
      `'${text}' is not the id of a pane; needed: pipeline:window:start-end:key:index, as in the pane's id, in quotes`,
    );
  if (id.pipeline !== pipeline.name)
    throw new NoSuchPaneError(
      `this pane is of the pipeline '${id.pipeline}'; the definition given is that of '${pipeline.name}': give the module that defines '${id.pipeline}'`,
    );
  const operator = pipeline.operators.find(({ name }) => name === id.window);
  if (operator === undefined) {
    const names = pipeline.operators.map(({ name }) => name).join(', ');
    throw new NoSuchPaneError(`the pipeline '${pipeline.name}' has no window '${id.window}'; it has ${names}`);
  }
  assertBounds(operator, id);
  return { id, operator };
}

function assertBounds({ assigner, name }: WindowOperator<never>, { start, end }: PaneId): void {
  if (start < BEGINNING_OF_TIME || start > END_OF_TIME) throw new NoSuchPaneError(`no window starts at ${start}: that is no moment`);
  if (assigner.merges) {
    if (start >= end) throw new NoSuchPaneError(`no session ends before it starts: ${show(start)} to ${show(end)}`);
    return;
  }
  // The last window that holds a slice begins no later than any other that does.
  const windowEnd = assigner.lastEndOf(assigner.sliceOf(start));
  const windowStart = assigner.startOf(windowEnd);
  if (windowStart === start && windowEnd === end) return;
  throw new NoSuchPaneError(
    `'${name}' has no window from ${show(start)} to ${show(end)}; the one that holds that start is ${windowStart}-${windowEnd}, ` +
      `${show(windowStart)} to ${show(windowEnd)}`,
  );
}

export function nothingFired(pipeline: Pipeline<never>, { text }: PaneId): NoSuchPaneError {
  return new NoSuchPaneError(`${text} has not been fired: the epoch log of '${pipeline.name}' is empty, so nothing has been fired yet`);
}

/** What is known instead of a pane. */
export function notFound(operator: WindowOperator<never>, id: PaneId, newest: EpochHeader, search: PaneSearch): NoSuchPaneError {
  const { siblings, otherKeys, expiredTo } = search;
  const notFired = (because: string) => new NoSuchPaneError(`${id.text} has not been fired: ${because}`);
  const last = siblings.at(-1);
  if (last !== undefined) return notFired(`the nearest pane of this key is ${last.pane.id}, in epoch ${last.position}`);
  const completeAt = operator.assigner.merges ? id.end : maxTimestamp(id.end);
  if (newest.watermark < completeAt) return notFired(`its window is still open; ${whatIsAwaited(newest.watermark, completeAt)}`);
  if (expiredTo > ORIGIN)
    return new NoSuchPaneError(
      `${id.text} is in no epoch that is still there; if it was fired, then in one of those up to ${expiredTo}, which have expired`,
    );
  if (otherKeys > 0) return notFired(`its window has, for other keys (${otherKeys}); nothing of the key '${id.key}' was in it`);
  return notFired('the watermark has passed its window, and nothing was in it');
}

function whatIsAwaited(watermark: EventTime, completeAt: EventTime): string {
  if (completeAt === END_OF_TIME) return `the watermark is ${show(watermark)}, and only a drain takes it to the end of time`;
  return `the watermark is ${show(watermark)} and has to reach ${show(completeAt)}`;
}

function show(time: EventTime): string {
  if (time === BEGINNING_OF_TIME) return 'the beginning of time';
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
