import { expect, test } from 'vitest';
import { neighbour, STEPS } from '../../../web/model/neighbour.ts';
import { type Tile, tileId } from '../../../web/model/tile.ts';

function tile(window: string, start: number, end: number): Tile {
  return {
    id: tileId({ window, start, key: undefined }),
    window,
    start,
    end,
    key: undefined,
    open: undefined,
    firings: [],
    level: 0,
    isCrowded: false,
  };
}

const TILES = [tile('minutes', 0, 60), tile('minutes', 60, 120), tile('minutes', 120, 180), tile('hours', 0, 100), tile('hours', 100, 200)];

test.each([
  ['ArrowRight', 'minutes 0 ', 'minutes 60 '],
  ['ArrowLeft', 'minutes 60 ', 'minutes 0 '],
  ['ArrowDown', 'minutes 60 ', 'hours 0 '],
  ['ArrowUp', 'hours 100 ', 'minutes 120 '],
  ['ArrowLeft', 'minutes 0 ', undefined],
  ['ArrowRight', 'minutes 120 ', undefined],
  ['ArrowDown', 'hours 0 ', undefined],
  // The first is the one at the watermark.
  ['ArrowRight', undefined, 'minutes 60 '],
  ['ArrowRight', 'gone 0 ', 'minutes 60 '],
])('%s goes from %s to %s', (key, from, to) => {
  expect(neighbour(TILES, from, 90, STEPS[key] ?? [0, 0])?.id).toBe(to);
});
