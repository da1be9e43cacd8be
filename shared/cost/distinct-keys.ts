/** How many of `keys` at least one of so many events is of, on average, when each event is of any key. */
export function distinctKeys(keys: number, events: number): number {
  return keys === 1 ? Math.min(1, events) : keys * -Math.expm1(events * Math.log1p(-1 / keys));
}
