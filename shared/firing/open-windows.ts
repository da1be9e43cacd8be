import type { EventTime } from '../time/event-time.ts';
import type { KeyedWindow } from './keyed-window.ts';
import type { PaneContent } from './pane-content.ts';

/** A window that still takes events, as it stands. */
export interface OpenWindow {
  readonly start: EventTime;
  readonly end: EventTime;
  /** Of windows that merge: each is of one key. Absent where all keys share the bounds. */
  readonly key?: string;
  readonly keys: number;
  readonly events: number;
}

/** One key of a window that still takes events. */
export interface OpenKeyedWindow extends KeyedWindow {
  /** All that it holds so far, whatever its panes have said. */
  readonly content: PaneContent;
}

/** The open windows of one window definition, to be looked at. Nothing may be taken in, or fired, while one does. */
export interface OpenWindows {
  /** By end, then by start, then by key. */
  all(): Generator<OpenWindow>;
  /** Every key that has any, in no order; some may come several times. */
  keys(): Generator<string>;
  /** Those of a key, by start. */
  of(key: string): Generator<OpenKeyedWindow>;
}
