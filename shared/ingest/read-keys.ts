import { show } from '../definition/show.ts';
import type { KeyField } from '../grouping/grouping.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { InvalidRecord, showThrown } from './invalid-record.ts';

// What Kinesis takes as a partition key, which a window's key becomes on the output stream.
const KEY_LENGTH_MAX = 256;

/**
 * The keys under which a window counts an event.
 *
 * @param texts Where the texts of its fields are put, and perhaps its keys; used again for the next event.
 * @throws {InvalidRecord} when a field cannot be had, or is nothing that a key is made of.
 */
export function readKeys<E>({ name, grouping }: WindowOperator<E>, event: E, texts: string[]): readonly string[] {
  const { fields } = grouping;
  for (let index = 0; index < fields.length; index++) texts[index] = readField(name, fields[index] as KeyField<E>, event);
  const keys = grouping.keysOf(texts);
  if (keys === texts) return keys;
  const tooLong = keys.find((key) => key.length > KEY_LENGTH_MAX);
  if (tooLong === undefined) return keys;
  throw new InvalidRecord('key', `windows.${name}.groupBy gave the key ${show(tooLong)}; needed: at most ${KEY_LENGTH_MAX} characters`);
}

function readField<E>(window: string, field: KeyField<E>, event: E): string {
  let value: unknown;
  try {
    value = field.of(event);
  } catch (error) {
    throw new InvalidRecord('key', `windows.${window}.${field.name} threw ${showThrown(error)}`);
  }
  if (typeof value === 'string' && value.length > 0 && value.length <= KEY_LENGTH_MAX && value.isWellFormed()) return value;
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  throw new InvalidRecord(
    'key',
    `windows.${window}.${field.name} gave ${show(value)}; needed: text of 1 to ${KEY_LENGTH_MAX} characters, or a number`,
  );
}
