import type { Measurement } from '../benchmark.ts';

/** A quantity, with its unit. */
export interface Axis {
  readonly what: string;
  readonly scale: 'log' | 'linear';
}

export type Point = readonly [x: number, y: number];

/** One curve. */
export interface Series {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A value of the y axis that the platform, or a setting, does not let a curve pass. */
export interface Limit {
  readonly what: string;
  readonly at: number;
}

/** Some curves over the same quantity: all that a picture of them needs. */
export interface Plot {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
  readonly limits?: readonly Limit[];
}

/** By the name of the file that shows it. */
export type Plots = Readonly<Record<string, Plot>>;

/** How something grows. */
export type Growth = Measurement<Plots>;

/** Values at which a curve is measured, and what came out, as points. */
export function points(xs: readonly number[], ys: readonly number[]): Point[] {
  return xs.map((x, index) => [x, rounded(ys[index] as number)]);
}

/** Likewise, as multiples of the first: what can be compared between machines. */
export function toFirst(xs: readonly number[], ys: readonly number[]): Point[] {
  return points(
    xs,
    ys.map((y) => y / (ys[0] as number)),
  );
}

/** To four digits: more would say nothing, and change with every run. */
function rounded(value: number): number {
  return Number(value.toPrecision(4));
}
