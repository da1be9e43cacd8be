/** Which part of a payload a document carries, from 1. */
export interface Part {
  readonly number: number;
  readonly of: number;
}

// Kinesis takes 1 MiB a record by default, while a payload may have ten: a part leaves room for what stands around it.
const DATA_LENGTH_MAX = 900_000;

/** Base64 in as many pieces as the side stream needs; each but the last can be decoded by itself, and all one after the other. */
export function inParts(data: string): { readonly part: Part; readonly data: string }[] {
  const of = Math.max(Math.ceil(data.length / DATA_LENGTH_MAX), 1);
  return Array.from({ length: of }, (_, index) => ({
    part: { number: index + 1, of },
    data: data.slice(index * DATA_LENGTH_MAX, (index + 1) * DATA_LENGTH_MAX),
  }));
}
