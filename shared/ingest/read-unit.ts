import type { InputRecord } from './input-record.ts';
import type { InvalidRecord } from './invalid-record.ts';

/** One event of a record, with its place and its bytes: text to be read, what a decoder made of it, or why it cannot be read. */
export type ReadUnit = { readonly record: InputRecord } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'problem'; readonly problem: InvalidRecord }
);
