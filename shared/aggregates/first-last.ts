import { requireFunction } from '../definition/requirement.ts';
import type { Column } from '../table/column.ts';
import type { Float64Column } from '../table/float64-column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import { TEXT_CODEC } from '../table/state-codec.ts';
import type { EventTime } from '../time/event-time.ts';
import type { Aggregate } from './aggregate.ts';
import { canonicalJson } from './canonical-json.ts';

/** How long the JSON of a kept value may be, in UTF-16 units; an event with a longer one is refused. */
export const KEPT_VALUE_LENGTH_MAX = 8_192;

/**
 * What the earliest event of the window says, by event time, whenever it arrives: any JSON value up to 8,192 characters. Of events with
 * the same time the value whose JSON, with its properties in order, sorts first.
 */
export function first<E, T>(of: (event: E) => T): Aggregate<E, T> {
  return outermost('first', of, Number.POSITIVE_INFINITY, (a, b) => a < b);
}

/**
 * What the latest event of the window says, by event time, whenever it arrives: any JSON value up to 8,192 characters. Of events with the
 * same time the value whose JSON, with its properties in order, sorts last.
 */
export function last<E, T>(of: (event: E) => T): Aggregate<E, T> {
  return outermost('last', of, Number.NEGATIVE_INFINITY, (a, b) => a > b);
}

function outermost<E, T>(
  name: string,
  of: (event: E) => T,
  initial: number,
  beats: <V extends number | string>(candidate: V, champion: V) => boolean,
): Aggregate<E, T> {
  const keep = (columns: readonly Column[], at: number, row: number, time: number, text: string) => {
    const times = columns[at] as Float64Column;
    const texts = columns[at + 1] as ObjectColumn<string>;
    const champion = texts.at(row);
    const championTime = times.at(row);
    if (champion !== undefined && !beats(time, championTime) && !(time === championTime && beats(text, champion))) return;
    times.set(row, time);
    texts.set(row, text);
  };
  return Object.freeze<Aggregate<E, T>>({
    describe: name,
    columns: [
      { kind: 'float64', name: 'time', initial },
      { kind: 'object', name: 'value', codec: TEXT_CODEC },
    ],
    check: () => requireFunction(of, 'a function from the event to a JSON value'),
    read: (event, inputs, at) => {
      inputs.values[at] = canonicalJson(of(event), KEPT_VALUE_LENGTH_MAX);
    },
    add: (columns, at, row, { time, values }) => keep(columns, at, row, time, values[at] as string),
    merge: (into, row, from, fromRow, at) => {
      const text = (from[at + 1] as ObjectColumn<string>).at(fromRow);
      if (text !== undefined) keep(into, at, row, (from[at] as Float64Column).at(fromRow) as EventTime, text);
    },
    result: (columns, at, row) => JSON.parse((columns[at + 1] as ObjectColumn<string>).at(row) as string) as T,
  });
}
