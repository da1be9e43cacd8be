import { Buffer } from 'node:buffer';
import { pipeline as connect, Readable } from 'node:stream';
import { CsvError, parse } from 'csv-parse';
import { CommandError } from '../command-error.ts';
import { EVENT_BYTES_MAX, type RawEvent } from './raw-event.ts';
import { firstOf, withWholeStart } from './whole-start.ts';

/** A row, and how it stood. */
interface Row {
  readonly record: readonly string[];
  readonly raw: string;
}

const ROWS_AT_A_TIME = 500;
const NEWLINE = 0x0a;
const DELIMITERS = [',', ';', '\t', '|'];
const QUOTED = /"[^"]*"/g;
// What JSON allows, and a double holds: `007` and the number of a card stay text.
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/;
const NUMBER_LENGTH_MAX = 16;
const LITERALS = new Map([
  ['', 'null'],
  ['true', 'true'],
  ['false', 'false'],
]);

/**
 * The rows of CSV as JSON objects by the names in its first row. Numbers are numbers, `true` and `false` are themselves, an empty field is
 * `null`, everything else is text. A row with more or fewer fields than there are names stays as it stood: no JSON, and refused as such.
 *
 * Fields are apart by commas, semicolons, tabs or bars: by whichever the first row has most of.
 *
 * @param chunks The text, without a byte order mark.
 * @throws {CommandError} when a quote is never closed, or two columns have one name.
 */
export async function* csvEvents(chunks: AsyncIterable<Buffer>): AsyncGenerator<RawEvent[]> {
  let names: readonly string[] | undefined;
  let events: RawEvent[] = [];
  try {
    for await (const { record, raw } of rows(chunks)) {
      if (names === undefined) {
        names = namesIn(record);
        continue;
      }
      events.push({ data: record.length === names.length ? objectOf(names, record) : raw.trim(), encoding: 'utf8' });
      if (events.length < ROWS_AT_A_TIME) continue;
      yield events;
      events = [];
    }
  } catch (error) {
    throw error instanceof CsvError ? new CommandError(`it is no CSV: ${error.message}`, { cause: error }) : error;
  }
  if (events.length > 0) yield events;
}

async function* rows(chunks: AsyncIterable<Buffer>): AsyncGenerator<Row> {
  const hasFirstRow = (start: Buffer) => start.includes(NEWLINE) || start.length > EVENT_BYTES_MAX;
  const start = await firstOf(withWholeStart(chunks, hasFirstRow));
  if (start === undefined) return;
  const parser = parse({
    delimiter: delimiterIn(start.first),
    record_delimiter: ['\r\n', '\n', '\r'],
    raw: true,
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    max_record_size: EVENT_BYTES_MAX,
  });
  yield* connect(Readable.from(start.all), parser, () => {}) as AsyncIterable<Row>;
}

function delimiterIn(start: Buffer): string {
  const [firstRow = ''] = start.toString('utf8').trimStart().split('\n', 1);
  const unquoted = firstRow.replaceAll(QUOTED, '');
  const countOf = (delimiter: string) => unquoted.split(delimiter).length;
  return DELIMITERS.reduce((most, each) => (countOf(each) > countOf(most) ? each : most));
}

/** A column without a name, such as a first one that only counts, is called by its place. */
function namesIn(record: readonly string[]): readonly string[] {
  const names = record.map((field, index) => (field.trim() === '' ? `column${index + 1}` : field.trim()));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new CommandError(`its first row names two columns '${repeated}'; every column needs a name of its own`);
  return names.map((name) => JSON.stringify(name));
}

/** @param names As JSON. */
function objectOf(names: readonly string[], record: readonly string[]): string {
  let json = '';
  for (const [index, field] of record.entries()) json += `${index === 0 ? '{' : ','}${names[index]}:${valueOf(field)}`;
  return `${json}}`;
}

/** As JSON, a number as it stood. */
function valueOf(field: string): string {
  if (field.length <= NUMBER_LENGTH_MAX && NUMBER.test(field)) return field;
  return LITERALS.get(field) ?? JSON.stringify(field);
}
