import { count } from '../shared/aggregates/count.ts';
import { max, min } from '../shared/aggregates/extremes.ts';
import { Inputs } from '../shared/aggregates/inputs.ts';
import { sum } from '../shared/aggregates/sum.ts';
import { ByteReader, ByteWriter } from '../shared/log/bytes.ts';
import { frame, unframe } from '../shared/log/frame.ts';
import { readTable, writeTable } from '../shared/log/table-codec.ts';
import { columnOffsets, Table, type TableShape } from '../shared/table/table.ts';

/** Count, sum, smallest and largest of a number. */
const MEASURED: TableShape = [count(), sum(Number), min(Number), max(Number)];

const FIRST_NAMES = 'anna ben clara david emma felix greta hans ida jonas lena max nina otto paula quentin rosa simon tina vera'.split(' ');
const LAST_NAMES = 'smith jones taylor brown williams wilson johnson davies robinson wright thompson evans walker white green hall'.split(
  ' ',
);
const DOMAINS = ['example.com', 'mail.example', 'example.org', 'post.example.net'];
const HEX = '0123456789abcdef'.split('');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'.split('');

export type KeyKind = 'id' | 'address' | 'random address' | 'uuid';

const KEYS: Readonly<Record<KeyKind, (random: () => number) => string>> = {
  id: (random) => `user-${below(100_000, random)}`,
  address: (random) => `${one(FIRST_NAMES, random)}.${one(LAST_NAMES, random)}${below(1_000, random)}@${one(DOMAINS, random)}`,
  'random address': (random) => `${some(LETTERS, 6 + below(5, random), random)}@${one(DOMAINS, random)}`,
  uuid: (random) =>
    `${some(HEX, 8, random)}-${some(HEX, 4, random)}-4${some(HEX, 3, random)}-${one(['8', '9', 'a', 'b'], random)}${some(HEX, 3, random)}-${some(HEX, 12, random)}`,
};

/**
 * What one batch adds to a window: random keys and random amounts of two decimals, up to 1,000.
 *
 * @param events Of each key; absent: 1.56 on average, as when 7,800 records meet 5,000 keys.
 */
export function measuredTable(kind: KeyKind, keys: number, events: number | undefined, random: () => number): Table {
  const names = new Set<string>();
  while (names.size < keys) names.add(KEYS[kind](random));
  const distinct = [...names];
  const table = new Table(MEASURED);
  const inputs = new Inputs(columnOffsets(MEASURED).at(-1) as number);
  const add = (key: string) => {
    inputs.numbers.fill(below(100_000, random) / 100);
    table.add(key, inputs);
  };
  if (events === undefined) for (let record = 0; record < 1.56 * keys; record++) add(one(distinct, random));
  else for (let event = 0; event < events; event++) for (const key of distinct) add(key);
  return table;
}

/** As it is stored: written, and framed. */
export function stored(table: Table): Uint8Array {
  const writer = new ByteWriter();
  writeTable(writer, table);
  return frame('', writer.bytes());
}

/** What {@link stored} gave. */
export function restored(bytes: Uint8Array): Table {
  return readTable(new ByteReader(unframe('', bytes)), MEASURED);
}

function below(limit: number, random: () => number): number {
  return Math.floor(random() * limit);
}

function one<T>(of: readonly T[], random: () => number): T {
  return of[below(of.length, random)] as T;
}

function some(of: readonly string[], length: number, random: () => number): string {
  return Array.from({ length }, () => one(of, random)).join('');
}
