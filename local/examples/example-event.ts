/** An event, and when it reaches the stream, in epoch milliseconds. */
export interface ExampleEvent<E> {
  readonly event: E;
  readonly arrivedAtMs: number;
}

/** In the order in which they arrive. */
export function byArrival<E>(events: readonly ExampleEvent<E>[]): ExampleEvent<E>[] {
  return events.toSorted((a, b) => a.arrivedAtMs - b.arrivedAtMs);
}
