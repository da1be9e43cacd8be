import { accepted, jsonWith, reading, refused, type Specimen } from './specimen.ts';

const nested = (open: string, close: string, depth: number) => `${open.repeat(depth)}1${close.repeat(depth)}`;
const list = (item: string, count: number) => `[${`${item},`.repeat(count - 1)}${item}]`;

/** Events that are large, deep or wide, and what is no event at all. */
export const SHAPES: readonly Specimen[] = [
  accepted('arrays in each other, 100,000 deep, where nobody looks', jsonWith('ignored', nested('[', ']', 100_000))),
  accepted('objects in each other, 100,000 deep, where nobody looks', jsonWith('ignored', nested('{"a":', '}', 100_000))),
  refused('arrays in each other, 100,000 deep, to be kept', 'value', jsonWith('kept', nested('[', ']', 100_000))),
  refused('objects in each other, 101 deep, to be kept', 'value', jsonWith('kept', nested('{"a":', '}', 101))),
  accepted('objects in each other, 99 deep, to be kept', jsonWith('kept', nested('{"a":', '}', 99))),
  refused('10 MiB of opening brackets', 'json', '['.repeat(10 * 1024 * 1024)),
  refused('arrays in each other, 5,000,000 deep', 'json', nested('[', ']', 5_000_000)),
  refused('1,000,000 opening brackets', 'json', '['.repeat(1_000_000)),
  refused('10 MiB of empty objects', 'json', jsonWith('ignored', list('{}', 3_400_000))),
  refused('10 MiB of empty arrays', 'json', list('[]', 3_400_000)),
  accepted('an array of 900,000 numbers, where nobody looks', jsonWith('ignored', list('1', 900_000))),
  refused('an array of 1,000,000 numbers beside other fields', 'json', jsonWith('ignored', list('1', 1_000_000))),
  refused('an array of 900,000 numbers, to be kept', 'value', jsonWith('kept', list('1', 900_000))),
  accepted(
    '100,000 properties, where nobody looks',
    JSON.stringify(reading(Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`p${n}`, n])))),
  ),
  accepted('whitespace of 1 MiB', `${JSON.stringify(reading())}${' '.repeat(1024 * 1024)}`),
  refused('nothing', 'json', ''),
  refused('spaces', 'json', '   '),
  refused('null', 'timestamp', 'null'),
  refused('true', 'timestamp', 'true'),
  refused('a number', 'timestamp', '1e999'),
  refused('text', 'timestamp', '"text"'),
  refused('an empty object', 'timestamp', '{}'),
  refused('an array of events', 'timestamp', JSON.stringify([reading()])),
  refused('a cut event', 'json', JSON.stringify(reading()).slice(0, -1)),
  refused('two events on one line', 'json', JSON.stringify(reading()).repeat(2)),
  refused('JavaScript', 'json', 'process.exit(1)'),
];
