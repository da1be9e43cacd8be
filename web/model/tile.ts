/** What one firing said of a window. */
export interface TileFiring {
  readonly timing: 'EARLY' | 'ON_TIME' | 'LATE';
  readonly panes: number;
  readonly events: number;
  readonly lane: number;
  readonly epoch: number;
}

/** A window as it is drawn: all keys together, or one key of a session. */
export interface Tile {
  readonly id: string;
  readonly window: string;
  readonly start: number;
  readonly end: number;
  readonly key: string | undefined;
  /** What it holds; absent once it takes nothing any more. */
  readonly open: { readonly keys: number; readonly events: number } | undefined;
  readonly firings: readonly TileFiring[];
  /** Which line of its window definition it is drawn on; absent before it has one. */
  readonly level: number | undefined;
  /** There was no line left for it. */
  readonly isCrowded: boolean;
}

/** Open; or fired, and open for late events; or closed. */
export type TileState = 'open' | 'settled' | 'closed';

/** A session's end moves: its beginning and its key tell which it is. */
export function tileId({ window, start, key }: Pick<Tile, 'window' | 'start' | 'key'>): string {
  return `${window} ${start} ${key ?? ''}`;
}

export function tileState({ open, firings }: Tile): TileState {
  if (open === undefined) return 'closed';
  return firings.some(({ timing }) => timing !== 'EARLY') ? 'settled' : 'open';
}

/** Events that it holds, or has told of. */
export function tileEvents({ open, firings }: Tile): number {
  return open?.events ?? Math.max(0, ...eventsByEpoch(firings.filter(({ timing }) => timing !== 'LATE')));
}

/** How often it has told of late events. */
export function lateFirings({ firings }: Tile): number {
  return firings.filter(({ timing }) => timing === 'LATE').length;
}

/** Lanes fire by themselves, each of its own keys. */
function eventsByEpoch(firings: readonly TileFiring[]): Iterable<number> {
  const byTiming = Map.groupBy(firings, ({ timing }) => timing);
  return byTiming.values().map((each) => each.reduce((sum, { events }) => sum + events, 0));
}
