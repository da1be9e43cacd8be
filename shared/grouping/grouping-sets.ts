import { InvalidArgument } from '../definition/invalid-argument.ts';
import { show } from '../definition/show.ts';
import { groupKey, groupOfKey } from './group-key.ts';
import type { Grouping, KeyField, KeyValue } from './grouping.ts';

const NAME_LENGTH_MAX = 64;
// Every event is folded once a set.
const SETS_MAX = 64;

/** What a field to group by may be; a boolean stands as `true` or `false`. */
export type GroupValue = KeyValue | boolean;

/** Fields to group by: names of the event's properties, or functions of the event by the name of the field. */
export type GroupFields<E> = readonly (keyof E & string)[] | Readonly<Record<string, (event: E) => GroupValue>>;

/** Several groupings of the same events at once. A definition is frozen; building is where it is checked. */
export interface GroupingDefinition<E> {
  /** @throws {InvalidArgument} naming its own field when the definition cannot work. */
  buildGrouping(): Grouping<E>;
}

/**
 * One grouping a set, as SQL's `GROUPING SETS`: `groupingSets([['region', 'product'], ['region'], []])` counts every event under its region and
 * product, under its region, and in all.
 *
 * @param sets Names of fields; none of them for everything. 1 to 64 sets.
 */
export function groupingSets<E>(sets: readonly (readonly (keyof E & string)[])[]): GroupingDefinition<E>;
/**
 * The same, of fields that functions read.
 *
 * @param sets Names of fields; none of them for everything. 1 to 64 sets.
 * @param fields Functions by the name of the field.
 */
export function groupingSets<E>(
  sets: readonly (readonly string[])[],
  fields: Readonly<Record<string, (event: E) => GroupValue>>,
): GroupingDefinition<E>;
export function groupingSets<E>(sets: readonly (readonly string[])[], fields?: GroupFields<E>): GroupingDefinition<E> {
  return Object.freeze({ buildGrouping: () => build(sets, fields ?? ([...new Set(sets.flat())] as (keyof E & string)[])) });
}

/** Every combination of fields, from all of them to none: SQL's `CUBE`. Up to six fields, 64 groupings. */
export function cube<E>(fields: GroupFields<E>): GroupingDefinition<E> {
  return Object.freeze({
    buildGrouping: () => {
      const names = namesOf(fields);
      if (2 ** names.length > SETS_MAX) throw new InvalidArgument(names, `at most ${Math.log2(SETS_MAX)} fields in a cube`);
      const sets = names.reduceRight<readonly string[][]>((smaller, name) => [...smaller.map((set) => [name, ...set]), ...smaller], [[]]);
      return build(sets, fields);
    },
  });
}

/** All fields, then all but the last, down to none: SQL's `ROLLUP`, for fields that refine each other. */
export function rollup<E>(fields: GroupFields<E>): GroupingDefinition<E> {
  return Object.freeze({
    buildGrouping: () => {
      const names = namesOf(fields);
      return build([...names.map((_name, left) => names.slice(0, names.length - left)), []], fields);
    },
  });
}

/** All fields together, and nothing else. */
export function groupFields<E>(fields: GroupFields<E>): GroupingDefinition<E> {
  return Object.freeze({ buildGrouping: () => build([namesOf(fields)], fields) });
}

/** @throws {InvalidArgument} */
function build<E>(sets: readonly (readonly string[])[], fields: GroupFields<E>): Grouping<E> {
  const names = namesOf(fields);
  if (!Array.isArray(sets) || sets.length === 0 || sets.length > SETS_MAX || !sets.every((set) => Array.isArray(set)))
    throw new InvalidArgument(sets, `1 to ${SETS_MAX} sets, each a list of fields`);
  const places = sets.map((set) => placesOf(set, names));
  const described = places.map((set) => `(${set.map((place) => names[place]).join(', ')})`);
  const repeated = described.find((set, index) => described.indexOf(set) !== index);
  if (repeated !== undefined) throw new InvalidArgument(repeated, 'every set once');
  const first = (places[0] as readonly number[]).map((place) => names[place] as string);
  return {
    fields: names.map((name): KeyField<E> => ({ name: `groupBy.${name}`, of: readerOf(fields, name) })),
    keysOf: (texts) => places.map((set) => groupKey(set.map((place) => [names[place] as string, texts[place] as string]))),
    groupOf: groupOfKey,
    countsEvents: (key) => {
      const group = groupOfKey(key);
      return Object.keys(group).length === first.length && first.every((name) => Object.hasOwn(group, name));
    },
    describe: () => ({ groupBy: described.join(', ') }),
  };
}

/** Where the fields of a set stand among all, in their order: a set is the same in whatever order it is written down. */
function placesOf(set: readonly string[], names: readonly string[]): readonly number[] {
  const places = set.map((name) => {
    const place = names.indexOf(name);
    if (place === -1) throw new InvalidArgument(name, `one of the fields ${names.join(', ')}`);
    return place;
  });
  if (new Set(places).size < places.length) throw new InvalidArgument(set, 'every field once in a set');
  return places.sort((a, b) => a - b);
}

/** @throws {InvalidArgument} */
function namesOf(fields: unknown): string[] {
  const allowed = `names of properties such as ['region', 'product'], or functions by name such as { region: (e) => e.address.region }`;
  if (typeof fields !== 'object' || fields === null) throw new InvalidArgument(fields, allowed);
  const names: unknown[] = Array.isArray(fields) ? fields : Object.keys(fields);
  if (names.length === 0) throw new InvalidArgument(fields, `at least one field: ${allowed}`);
  for (const name of names) {
    if (typeof name !== 'string' || name.length === 0 || name.length > NAME_LENGTH_MAX || !name.isWellFormed())
      throw new InvalidArgument(name, `names of 1 to ${NAME_LENGTH_MAX} characters`);
    if (!Array.isArray(fields) && typeof (fields as Record<string, unknown>)[name] !== 'function')
      throw new InvalidArgument(
        (fields as Record<string, unknown>)[name],
        'a function from the event to text, a number or a boolean',
        name,
      );
  }
  if (new Set(names).size < names.length) throw new InvalidArgument(fields, `every field once; given: ${show(names)}`);
  return names as string[];
}

/** What is no text, number or boolean is refused where it is read. */
function readerOf<E>(fields: GroupFields<E>, name: string): (event: E) => KeyValue {
  const read = Array.isArray(fields)
    ? (event: E) => ownProperty(event, name) as GroupValue
    : ((fields as Readonly<Record<string, (event: E) => GroupValue>>)[name] as (event: E) => GroupValue);
  return (event) => {
    const value = read(event);
    return typeof value === 'boolean' ? String(value) : value;
  };
}

function ownProperty(event: unknown, name: string): unknown {
  return typeof event === 'object' && event !== null && Object.hasOwn(event, name)
    ? (event as Readonly<Record<string, unknown>>)[name]
    : undefined;
}
