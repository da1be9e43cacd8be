import type { Tile } from './tile.ts';

/** As many lines as a window definition may take. */
const LEVELS_MAX = 6;

/** Puts windows that overlap on lines of their own. Where one has been, it stays as long as it can. */
export function levelled(tiles: readonly Tile[]): Map<string, Tile> {
  const placed = new Map<string, Tile>();
  // Those that have a place come first, so that nobody takes it.
  for (const tile of [...tiles.filter(({ level }) => level !== undefined), ...tiles.filter(({ level }) => level === undefined)]) {
    const taken = new Set(
      placed
        .values()
        .filter((other) => other.window === tile.window && other.start < tile.end && tile.start < other.end)
        .map(({ level }) => level),
    );
    const level = tile.level !== undefined && !taken.has(tile.level) ? tile.level : firstFree(taken);
    placed.set(tile.id, { ...tile, level, isCrowded: level === undefined });
  }
  return placed;
}

function firstFree(taken: ReadonlySet<number | undefined>): number | undefined {
  for (let level = 0; level < LEVELS_MAX; level++) if (!taken.has(level)) return level;
  return undefined;
}
