/** A part of a list, and where it goes on. */
export interface Page<T, Place> {
  readonly items: readonly T[];
  /** Behind what to ask for next; absent at the end. */
  readonly next?: Place;
  /** False while there is more in the logs than one look reads: then what is told is behind. Ask again. */
  readonly isCurrent: boolean;
}

/** @param items One more than the page takes, where there are so many. */
export function pageOf<T, Place>(
  items: readonly T[],
  limit: number,
  placeOf: (last: T) => Place,
): { readonly items: readonly T[]; readonly next?: Place } {
  const page = items.slice(0, limit);
  return items.length > limit ? { items: page, next: placeOf(page.at(-1) as T) } : { items: page };
}
