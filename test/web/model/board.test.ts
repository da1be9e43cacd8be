import { describe, expect, test } from 'vitest';
import { Board } from '../../../web/model/board.ts';
import { lateFirings, tileEvents, tileState } from '../../../web/model/tile.ts';
import { fired, open, picture } from './pictures.ts';

function boardOf(...pictures: ReturnType<typeof picture>[]): Board {
  const board = new Board();
  for (const each of pictures) board.take(each);
  return board;
}

const states = (board: Board) => board.tiles.map((tile) => [tile.start, tileState(tile), tileEvents(tile)]);

describe('what the page knows of windows', () => {
  test('an open one fills, fires, takes late events, and closes', () => {
    const board = boardOf(picture({ windows: [open(0, 3)] }));
    expect(states(board)).toEqual([[0, 'open', 3]]);
    board.take(picture({ windows: [open(0, 5)] }));
    expect(states(board)).toEqual([[0, 'open', 5]]);
    board.take(picture({ windows: [open(0, 5)], fired: [fired(0, 1, { events: 5 })] }));
    expect(states(board)).toEqual([[0, 'settled', 5]]);
    board.take(picture({ windows: [open(0, 6)], fired: [fired(0, 2, { timing: 'LATE', events: 6 })] }));
    expect(states(board)).toEqual([[0, 'settled', 6]]);
    board.take(picture());
    expect(states(board)).toEqual([[0, 'closed', 5]]);
    expect(board.tiles.map(lateFirings)).toEqual([1]);
  });

  test('an early pane does not end it', () => {
    const board = boardOf(picture({ windows: [open(0, 2)], fired: [fired(0, 1, { timing: 'EARLY' })] }));
    expect(states(board)).toEqual([[0, 'open', 2]]);
  });

  test('a firing that is told again is known once', () => {
    const board = boardOf(picture({ fired: [fired(0, 1, { events: 5 })] }), picture({ fired: [fired(0, 1, { events: 5 })] }));
    expect(states(board)).toEqual([[0, 'closed', 5]]);
    expect(board.tiles[0]?.firings).toHaveLength(1);
  });

  test('what several lanes said of one window is its sum', () => {
    const board = boardOf(picture({ fired: [fired(0, 1, { events: 5 }), fired(0, 1, { events: 7, lane: 1 })] }));
    expect(states(board)).toEqual([[0, 'closed', 12]]);
  });

  test('a session that became a part of another is gone', () => {
    const session = { window: 'visits', key: 'anna' };
    const board = boardOf(
      picture({ windows: [open(0, 1, session), open(20, 1, session)] }),
      picture({ windows: [open(0, 3, { ...session, end: 30 })] }),
    );
    expect(states(board)).toEqual([[0, 'open', 3]]);
  });

  test('windows that overlap have lines of their own, and stay on them', () => {
    const sliding = [0, 5, 10].map((start) => open(start, 1, { window: 'trend' }));
    const board = boardOf(picture({ windows: sliding }));
    expect(board.tiles.map(({ level }) => level)).toEqual([0, 1, 0]);
    board.take(picture({ windows: sliding.slice(1) }));
    expect(board.tiles.map(({ level }) => level)).toEqual([1, 0]);
  });

  test('however many there are and however long it goes on, it holds no more than can be drawn', () => {
    const board = new Board();
    for (let round = 0; round < 300; round++) {
      const windows = Array.from({ length: 150 }, (_each, key) => open(10 * round, 1, { window: 'visits', key: `user-${key}` }));
      board.take(picture({ nowMs: round, windows, fired: [fired(10 * round, round)] }));
    }
    expect(board.tiles.filter(({ level }) => level !== undefined).length).toBeLessThanOrEqual(240);
    expect(board.tiles.length).toBeLessThanOrEqual(240 + 150);
    expect(board.rates.samples.length).toBeLessThanOrEqual(300);
  });

  test('a pipeline that has begun anew is another one', () => {
    const board = boardOf(picture({ read: 100, fired: [fired(0, 1)] }), picture({ read: 3, fired: [fired(50, 1)] }));
    expect(states(board)).toEqual([[50, 'closed', 1]]);
  });
});
