/** Gives equal things the same small number, so that what is compared a million times is compared as a number. */
export class Interner<T> {
  readonly #numbers = new Map<string, number>();
  readonly #values: T[] = [];
  readonly #keyOf: (value: T) => string;

  /** @param keyOf Says all of a value: two of one key are taken for the same. */
  constructor(keyOf: (value: T) => string) {
    this.#keyOf = keyOf;
  }

  get size(): number {
    return this.#values.length;
  }

  number(value: T): number {
    const key = this.#keyOf(value);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#values.length);
    return this.#values.push(value) - 1;
  }

  value(number: number): T {
    return this.#values[number] as T;
  }
}
