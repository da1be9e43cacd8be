import { InvalidInput } from './invalid-input.ts';

const DEPTH_MAX = 100;

/**
 * A JSON value as text, its properties in the order of their names: values that say the same have the same text. Like JSON, it leaves out
 * properties that are undefined. It reads own properties only, so that a property called `__proto__` is one like any other.
 *
 * @throws {InvalidInput} when the value is not JSON, nested deeper than 100, or longer than `lengthMax` UTF-16 units.
 */
export function canonicalJson(value: unknown, lengthMax: number): string {
  const text = new JsonText(lengthMax).of(value, 0);
  if (text === undefined) throw new InvalidInput(value, `a JSON value of at most ${lengthMax} characters and ${DEPTH_MAX} levels`);
  return text;
}

/** Writes values until the text is full; `undefined` stands for what cannot be written. */
class JsonText {
  #left: number;

  constructor(lengthMax: number) {
    this.#left = lengthMax;
  }

  of(value: unknown, depth: number): string | undefined {
    switch (typeof value) {
      case 'string':
        // A text too long by itself is not worth escaping.
        return value.length > this.#left ? undefined : this.#fits(JSON.stringify(value));
      case 'number':
        return Number.isFinite(value) ? this.#fits(JSON.stringify(value)) : undefined;
      case 'boolean':
        return this.#fits(String(value));
      case 'object':
        if (value === null) return this.#fits('null');
        if (depth === DEPTH_MAX || !this.#take(2)) return undefined;
        return Array.isArray(value) ? this.#list(value, depth) : this.#record(value, depth);
      default:
        return undefined;
    }
  }

  #list(values: readonly unknown[], depth: number): string | undefined {
    let text = '';
    for (const value of values) {
      const item = this.of(value, depth + 1);
      if (item === undefined || !this.#take(1)) return undefined;
      text += text === '' ? item : `,${item}`;
    }
    return `[${text}]`;
  }

  #record(record: object, depth: number): string | undefined {
    // Plain objects only, of whatever realm: a Date or a Map would not come back as what it was.
    const prototype: unknown = Object.getPrototypeOf(record);
    if (prototype !== null && Object.getPrototypeOf(prototype) !== null) return undefined;
    let text = '';
    for (const name of Object.keys(record).sort()) {
      const value: unknown = (record as Record<string, unknown>)[name];
      if (value === undefined) continue;
      const label = this.of(name, depth + 1);
      const item = label === undefined ? undefined : this.of(value, depth + 1);
      if (item === undefined || !this.#take(2)) return undefined;
      text += text === '' ? `${label}:${item}` : `,${label}:${item}`;
    }
    return `{${text}}`;
  }

  #fits(text: string): string | undefined {
    return this.#take(text.length) ? text : undefined;
  }

  #take(length: number): boolean {
    this.#left -= length;
    return this.#left >= 0;
  }
}
