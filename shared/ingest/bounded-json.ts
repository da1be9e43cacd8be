import { InvalidRecord } from './invalid-record.ts';

/**
 * How many values one event may hold, one in another or side by side. A value in its text takes a byte or two, and up to 50 in memory: 10 MiB of brackets would take half a
 * gigabyte, and end every function that they are delivered to, time and again.
 */
const VALUES_MAX = 1_000_000;

export const QUOTE = '"'.charCodeAt(0);
export const BACKSLASH = '\\'.charCodeAt(0);
export const COMMA = ','.charCodeAt(0);
export const OPENING_BRACKET = '['.charCodeAt(0);
export const OPENING_BRACE = '{'.charCodeAt(0);

/**
 * What a text says as JSON, in memory that is bounded.
 *
 * @throws {InvalidRecord} when it is not JSON, or holds too many values.
 */
export function parseJson(text: string): unknown {
  if (holdsTooManyValues(text)) throw new InvalidRecord('json', `the payload holds more than ${VALUES_MAX} values`);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new InvalidRecord('json', `the payload is not JSON: ${(error as SyntaxError).message}`);
  }
}

/** The same, where what is no JSON, or too much of it, is to be refused by somebody else: undefined then. */
export function jsonIn(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}

/** Counts what values begin behind, without making any: a bracket, or a comma. No text is looked at that is too short to hold so many. */
function holdsTooManyValues(text: string): boolean {
  if (text.length <= VALUES_MAX) return false;
  let values = 0;
  let isString = false;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) isString = !isString;
    else if (isString) at += unit === BACKSLASH ? 1 : 0;
    else if ((unit === COMMA || unit === OPENING_BRACKET || unit === OPENING_BRACE) && ++values > VALUES_MAX) return true;
  }
  return false;
}
