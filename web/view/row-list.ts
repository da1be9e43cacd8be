/** Rows that are told apart by their ids, in the order in which they are given. What stays is left alone, so that neither a selection nor the place of a reader is lost. */
export class RowList<T extends { readonly id: string }> {
  readonly #place: HTMLElement;
  readonly #make: (item: T) => HTMLElement;
  readonly #change: ((row: HTMLElement, item: T) => void) | undefined;
  readonly #rows = new Map<string, HTMLElement>();

  /** @param change Of items that are not the same for ever. */
  constructor(place: HTMLElement, make: (item: T) => HTMLElement, change?: (row: HTMLElement, item: T) => void) {
    this.#place = place;
    this.#make = make;
    this.#change = change;
  }

  show(items: readonly T[]): void {
    const shown = new Set(items.map(({ id }) => id));
    for (const [id, row] of this.#rows) {
      if (shown.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let next = this.#place.firstElementChild;
    for (const item of items) {
      const known = this.#rows.get(item.id);
      const row = known ?? this.#make(item);
      if (known === undefined) this.#rows.set(item.id, row);
      else this.#change?.(row, item);
      if (row === next) next = next.nextElementSibling;
      else this.#place.insertBefore(row, next);
    }
  }
}
