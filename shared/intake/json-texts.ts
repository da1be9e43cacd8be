import { BACKSLASH, COMMA, OPENING_BRACE, OPENING_BRACKET, QUOTE } from '../ingest/bounded-json.ts';

// Over text that JSON.parse has taken: whatever does not have to be told apart is not looked at.

const CLOSING_BRACE = '}'.charCodeAt(0);
const CLOSING_BRACKET = ']'.charCodeAt(0);
const BLANKS = new Set([' ', '\t', '\n', '\r'].map((blank) => blank.charCodeAt(0)));

/**
 * The members of an object as they are written, so that no digit of a number is lost. Of a name that comes twice the last one, as JSON.parse has it.
 *
 * @param object The text of one, known to be JSON.
 */
export function memberTexts(object: string): ReadonlyMap<string, string> {
  const members = new Map<string, string>();
  let at = behindBlanks(object, object.indexOf('{') + 1);
  while (object.charCodeAt(at) === QUOTE) {
    const nameEnd = valueEnd(object, at);
    const start = behindBlanks(object, object.indexOf(':', nameEnd) + 1);
    const end = valueEnd(object, start);
    members.set(JSON.parse(object.slice(at, nameEnd)) as string, object.slice(start, end));
    at = nextItem(object, end);
  }
  return members;
}

/**
 * The elements of an array as they are written.
 *
 * @param array The text of one, known to be JSON.
 */
export function elementTexts(array: string): readonly string[] {
  const elements: string[] = [];
  let at = behindBlanks(array, array.indexOf('[') + 1);
  while (array.charCodeAt(at) !== CLOSING_BRACKET) {
    const end = valueEnd(array, at);
    elements.push(array.slice(at, end));
    at = nextItem(array, end);
  }
  return elements;
}

function nextItem(text: string, end: number): number {
  const at = behindBlanks(text, end);
  return text.charCodeAt(at) === COMMA ? behindBlanks(text, at + 1) : at;
}

/** Where a value that begins there ends. */
function valueEnd(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) {
      at = closingQuote(text, at);
      if (depth === 0) return at + 1;
    } else if (unit === OPENING_BRACE || unit === OPENING_BRACKET) {
      depth++;
    } else if (depth === 0) {
      // A number, or a word: what is around it ends it.
      if (unit === COMMA || unit === CLOSING_BRACE || unit === CLOSING_BRACKET || BLANKS.has(unit)) return at;
    } else if ((unit === CLOSING_BRACE || unit === CLOSING_BRACKET) && --depth === 0) {
      return at + 1;
    }
  }
  return text.length;
}

function closingQuote(text: string, opening: number): number {
  for (let at = opening + 1; ; at++) {
    const unit = text.charCodeAt(at);
    if (unit === QUOTE) return at;
    if (unit === BACKSLASH) at++;
  }
}

function behindBlanks(text: string, from: number): number {
  let at = from;
  while (BLANKS.has(text.charCodeAt(at))) at++;
  return at;
}
