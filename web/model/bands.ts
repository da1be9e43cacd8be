import { type Tile, tileEvents } from './tile.ts';

/** What one window definition takes of the picture. */
export interface Band {
  readonly window: string;
  /** Which colour, from 1. */
  readonly color: number;
  /** Pixels. */
  readonly top: number;
  readonly height: number;
  readonly levelHeight: number;
  /** Of the fullest window. */
  readonly eventsMax: number;
  /** Open windows for which there was no line left. */
  readonly hidden: number;
}

const COLORS = 5;
const TITLE_PX = 26;
const FOOT_PX = 8;

/** One below the other, in the order of the tiles. Lines are lower where there are more of them. */
export function bandsOf(tiles: readonly Tile[], isNarrow: boolean): Band[] {
  let top = 0;
  return [...Map.groupBy(tiles, ({ window }) => window)]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([window, each], index) => {
      const levels = 1 + each.reduce((highest, { level }) => Math.max(highest, level ?? 0), 0);
      const levelHeight = levels === 1 ? (isNarrow ? 44 : 56) : levels <= 3 ? 30 : 22;
      const height = TITLE_PX + levels * levelHeight + FOOT_PX;
      const band = {
        window,
        color: (index % COLORS) + 1,
        top,
        height,
        levelHeight,
        eventsMax: each.reduce((most, tile) => Math.max(most, tileEvents(tile)), 0),
        hidden: each.filter(({ level, open }) => level === undefined && open !== undefined).length,
      };
      top += height;
      return band;
    });
}
