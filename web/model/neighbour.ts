import type { Tile } from './tile.ts';

/** Steps that an arrow key makes: to the right in time, and down to the next definition. */
export const STEPS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** From one window to the next, of its definition or of another one; the first is the one at the watermark. */
export function neighbour(
  tiles: readonly Tile[],
  from: string | undefined,
  watermark: number,
  [right, down]: readonly [right: number, down: number],
): Tile | undefined {
  const at = tiles.find(({ id }) => id === from);
  if (at === undefined) return tiles.find(({ start, end }) => start <= watermark && watermark < end) ?? tiles.at(-1);
  if (right !== 0) {
    const row = tiles.filter(({ window }) => window === at.window);
    return row[row.indexOf(at) + right];
  }
  const names = [...new Set(tiles.map(({ window }) => window))];
  const name = names[names.indexOf(at.window) + down];
  return tiles
    .filter(({ window }) => window === name)
    .toSorted((a, b) => Math.abs(a.end - at.end) - Math.abs(b.end - at.end))
    .at(0);
}
