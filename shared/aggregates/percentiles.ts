import { InvalidArgument } from '../definition/invalid-argument.ts';
import { requireNumber } from '../definition/requirement.ts';
import type { Column } from '../table/column.ts';
import type { ObjectColumn } from '../table/object-column.ts';
import type { Aggregate } from './aggregate.ts';
import { LogMapping } from './log-mapping.ts';
import { type NumberOf, readingNumber } from './number-of.ts';
import { QuantileSketch } from './quantile-sketch.ts';

const RELATIVE_ERROR = 0.01;
const RELATIVE_ERROR_MIN = 0.001;
const RELATIVE_ERROR_MAX = 0.2;
const PERCENTILES_MAX = 20;

/** How exact percentiles are. */
export interface PercentileOptions {
  /** How far the result may be from the true percentile, relative to it: 0.001 to 0.2. Default `0.01`, one percent. */
  readonly relativeError?: number;
}

/** What a percentile is called in a result: that of 0.5 `p50`, of 0.999 `p99.9`. */
export type PercentileName<P extends number> = number extends P ? `p${number}` : NameOf<`${P}`>;

type NameOf<P extends string> = P extends '0'
  ? 'p0'
  : P extends '1'
    ? 'p100'
    : P extends `0.${infer Digits}`
      ? `p${Percent<Digits>}`
      : `p${number}`;

type Percent<Digits extends string> = Digits extends `${infer Tens}${infer Ones}${infer Rest}`
  ? `${Tens extends '0' ? Ones : `${Tens}${Ones}`}${Rest extends '' ? '' : `.${Rest}`}`
  : `${Digits}0`;

/**
 * A percentile of a number, to a relative error of 1 % unless it says otherwise. Of n numbers in order it is the one at rank
 * ⌊p · (n − 1)⌋, from 0.
 *
 * @param p From 0 to 1: 0.99 is the 99th percentile. 0 and 1 are exact.
 */
export function percentile<E>(
  of: NumberOf<E>,
  p: number,
  { relativeError = RELATIVE_ERROR }: PercentileOptions = {},
): Aggregate<E, number> {
  return distribution(of, relativeError, {
    describe: `percentile(${p})`,
    check: () => requireNumber(p, 0, 1, 'p'),
    result: (sketch) => sketch.quantile(p),
  });
}

/**
 * Several percentiles of a number, from one sketch: `percentiles(e => e.ms, [0.5, 0.99])` gives `{ p50, p99 }`. As exact as
 * {@link percentile}.
 */
export function percentiles<E, P extends number>(
  of: NumberOf<E>,
  ps: readonly P[],
  { relativeError = RELATIVE_ERROR }: PercentileOptions = {},
): Aggregate<E, { readonly [N in PercentileName<P>]: number }> {
  const wanted: readonly number[] = Object.freeze(Array.isArray(ps) ? Array.from<number>(ps) : []);
  return distribution(of, relativeError, {
    describe: `percentiles(${wanted.join(', ')})`,
    check: () => requirePercentiles(ps),
    result: (sketch) => Object.fromEntries(wanted.map((p) => [nameOf(p), sketch.quantile(p)])) as { [N in PercentileName<P>]: number },
  });
}

interface Reading<R> {
  readonly describe: string;
  readonly check: () => void;
  readonly result: (sketch: QuantileSketch) => R;
}

function distribution<E, R>(of: NumberOf<E>, relativeError: number, reading: Reading<R>): Aggregate<E, R> {
  const valid = relativeError >= RELATIVE_ERROR_MIN && relativeError <= RELATIVE_ERROR_MAX;
  const mapping = new LogMapping(valid ? relativeError : RELATIVE_ERROR);
  const { check, read } = readingNumber(of);
  const sketchAt = (columns: readonly Column[], at: number, row: number) => {
    const column = columns[at] as ObjectColumn<QuantileSketch>;
    const existing = column.at(row);
    if (existing !== undefined) return existing;
    const fresh = new QuantileSketch(mapping);
    column.set(row, fresh);
    return fresh;
  };
  return Object.freeze<Aggregate<E, R>>({
    describe: `${reading.describe} within ${relativeError}`,
    columns: [{ kind: 'object', name: 'distribution', codec: QuantileSketch.codec(mapping) }],
    check: () => {
      check();
      reading.check();
      requireNumber(relativeError, RELATIVE_ERROR_MIN, RELATIVE_ERROR_MAX, 'relativeError');
    },
    read,
    add: (columns, at, row, { numbers }) => sketchAt(columns, at, row).add(numbers[at] as number),
    merge: (into, row, from, fromRow, at) => {
      const other = (from[at] as ObjectColumn<QuantileSketch>).at(fromRow);
      if (other !== undefined) sketchAt(into, at, row).merge(other);
    },
    result: (columns, at, row) => reading.result(sketchAt(columns, at, row)),
  });
}

/** Moves the point by text: 0.29 · 100 is not 29. */
function nameOf(p: number): string {
  const digits = /^0\.(\d+)$/.exec(String(p))?.[1];
  if (digits === undefined) return `p${p * 100}`;
  const whole = String(Number(digits.slice(0, 2).padEnd(2, '0')));
  return `p${whole}${digits.length > 2 ? `.${digits.slice(2)}` : ''}`;
}

function requirePercentiles(ps: unknown): void {
  const allowed = `1 to ${PERCENTILES_MAX} different numbers from 0 to 1`;
  if (!Array.isArray(ps) || ps.length === 0 || ps.length > PERCENTILES_MAX) throw new InvalidArgument(ps, allowed, 'ps');
  for (const [index, p] of ps.entries()) {
    requireNumber(p, 0, 1, `ps.${index}`);
    if (ps.indexOf(p) < index) throw new InvalidArgument(p, allowed, `ps.${index}`);
  }
}
