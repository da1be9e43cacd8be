import { hashText } from '../aggregates/text-hash.ts';
import { keyOfSessionRow } from '../windows/session-row.ts';
import type { WindowOperator } from './window-operator.ts';

/** One of the parts that the keys of a pipeline are split into, from 0. */
export type Lane = number;

export const FIRST_LANE: Lane = 0;

/** No pipeline has more: each is a function, and every one of them reads all the logs. */
export const LANES_MAX = 64;

/** The lane of a key: the same for all windows, and for ever. */
export function laneOf(key: string, lanes: number): Lane {
  return lanes === 1 ? FIRST_LANE : hashText(key) % lanes;
}

/** The lane of a row of a window's table. */
export function laneOfRow({ assigner }: Pick<WindowOperator<never>, 'assigner'>, name: string, lanes: number): Lane {
  return laneOf(assigner.merges ? keyOfSessionRow(name) : name, lanes);
}
