/** What a request takes. */
interface RequestLimits {
  readonly itemsMax: number;
  readonly bytesMax: number;
}

/** Items in their order, as many to a request as it takes; one that is larger than that by itself goes alone, and is refused where it arrives. */
export function* requestBatches<T>(
  items: Iterable<T>,
  bytesOf: (item: T) => number,
  { itemsMax, bytesMax }: RequestLimits,
): Generator<T[]> {
  let batch: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = bytesOf(item);
    if (batch.length === itemsMax || (batch.length > 0 && bytes + size > bytesMax)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(item);
    bytes += size;
  }
  if (batch.length > 0) yield batch;
}
