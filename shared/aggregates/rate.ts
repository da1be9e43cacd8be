import type { Aggregate } from './aggregate.ts';

/**
 * Events per second: how many there are, divided by the length of the window in event time. Of a pane that fires early, too: it then says
 * what the rate would be if nothing more came.
 */
export function rate(): Aggregate<unknown, number> {
  return Object.freeze<Aggregate<unknown, number>>({
    describe: 'rate',
    columns: [],
    add: () => {},
    merge: () => {},
    result: (_columns, _at, _row, { events, start, end }) => events / ((end - start) / 1_000),
  });
}
