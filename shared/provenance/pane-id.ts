import type { EventTime } from '../time/event-time.ts';

/** What the id of a pane says. */
export interface PaneId {
  readonly text: string;
  readonly pipeline: string;
  readonly window: string;
  readonly key: string;
  readonly start: EventTime;
  readonly end: EventTime;
  readonly index: number;
  /** It withdraws the pane with this index. */
  readonly isRetraction: boolean;
}

// Names hold no colon and the index is the last number: whatever stands between them is the key, colons and all.
const PANE_ID = /^([^:]+):([^:]+):(-?\d+)-(-?\d+):(.+):(\d+)(:retraction)?$/s;

/** Reads `pipeline:window:start-end:key:index`, with `:retraction` behind it or not; `undefined` for any other text. */
export function parsePaneId(text: string): PaneId | undefined {
  const [, pipeline, window, start, end, key, index, retraction] = PANE_ID.exec(text) ?? [];
  if (pipeline === undefined || window === undefined || key === undefined) return undefined;
  return {
    text,
    pipeline,
    window,
    key,
    start: Number(start) as EventTime,
    end: Number(end) as EventTime,
    index: Number(index),
    isRetraction: retraction !== undefined,
  };
}
