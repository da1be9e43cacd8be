/** One figure that a benchmark measured, and what it must be, if there is a bound for it. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  /** `×` for a ratio taken in one run: the only figures that can be compared between machines. */
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** What a reader has to know to understand the figure: a comparison, or where the rest of the time goes. */
  readonly note?: string;
}

/** A program that measures. Each runs in a process of its own, so that none inherits another's heap or compiled code. */
export interface Measurement<T> {
  /** What it is, in a line. */
  readonly about: string;
  run(): Promise<T>;
}

/** One that measures figures. */
export type Benchmark = Measurement<readonly Figure[]>;

/** Whether a figure is within its bounds. */
export function isMet({ value, atMost = Number.POSITIVE_INFINITY, atLeast = Number.NEGATIVE_INFINITY }: Figure): boolean {
  return value <= atMost && value >= atLeast;
}
