import type { Group } from './group-key.ts';

/** What a key may be made of. */
export type KeyValue = string | number;

/** A part of a key: what the definition calls it, and how it is read of an event. */
export interface KeyField<E> {
  /** Where in the window's definition: `keyBy`, `groupBy.region`. */
  readonly name: string;
  readonly of: (event: E) => KeyValue;
}

/** Under which keys a window counts an event: one, or one of every grouping set. Fields are read once, whatever is made of them. */
export interface Grouping<E> {
  readonly fields: readonly KeyField<E>[];
  /** The keys of an event, one a grouping set, from the texts of its fields. What is given may be what comes back. */
  keysOf(texts: readonly string[]): readonly string[];
  /** What a key stands for; absent where a key stands for itself. */
  groupOf(key: string): Group | undefined;
  /** Whether it is a key of the first grouping set. Each event has one such key, so that counting by them counts every event once. */
  countsEvents(key: string): boolean;
  /** What it is, in words that identify it; nothing where a key stands for itself. */
  describe(): { readonly groupBy?: string };
}

/** One key, as a function gives it. */
export function byKey<E>(of: (event: E) => KeyValue): Grouping<E> {
  return {
    fields: [{ name: 'keyBy', of }],
    keysOf: (texts) => texts,
    groupOf: () => undefined,
    countsEvents: () => true,
    describe: () => ({}),
  };
}
