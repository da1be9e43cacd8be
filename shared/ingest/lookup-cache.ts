interface Remembered {
  readonly found: unknown;
  readonly untilMs: number;
}

/** What was looked up, for as long as it counts: the keys that were asked for last. */
export class LookupCache {
  readonly #keysMax: number;
  /** The key that was asked for last is the last one. */
  readonly #byKey = new Map<string, Remembered>();

  constructor(keysMax: number) {
    this.#keysMax = keysMax;
  }

  /** @returns `undefined` when it is not known; what was found may be nothing. */
  get(key: string, nowMs: number): Pick<Remembered, 'found'> | undefined {
    const remembered = this.#byKey.get(key);
    if (remembered === undefined) return undefined;
    this.#byKey.delete(key);
    if (remembered.untilMs <= nowMs) return undefined;
    this.#byKey.set(key, remembered);
    return remembered;
  }

  set(key: string, found: unknown, untilMs: number): void {
    this.#byKey.delete(key);
    this.#byKey.set(key, { found, untilMs });
    if (this.#byKey.size > this.#keysMax) this.#byKey.delete(this.#byKey.keys().next().value as string);
  }
}
