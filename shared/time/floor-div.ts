/** Division that rounds towards minus infinity, so that times before 1970 fall into the window that holds them. The one place for it. */
export function floorDiv(dividend: number, divisor: number): number {
  return Math.floor(dividend / divisor);
}

/** The remainder that goes with {@link floorDiv}: always in `[0, divisor)`, also for negative dividends. */
export function floorMod(dividend: number, divisor: number): number {
  const remainder = dividend % divisor;
  // `+ 0` turns the -0 of a negative multiple into 0.
  return remainder < 0 ? remainder + divisor : remainder + 0;
}
