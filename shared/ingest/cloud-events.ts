import { isCloudEvent } from '../pipeline/cloud-event.ts';
import { parseJson } from './bounded-json.ts';
import { InvalidRecord } from './invalid-record.ts';

const QUOTE = '"'.charCodeAt(0);
const BACKSLASH = '\\'.charCodeAt(0);
const COMMA = ','.charCodeAt(0);
const OPENING = new Set(['[', '{'].map((bracket) => bracket.charCodeAt(0)));
const CLOSING = new Set([']', '}'].map((bracket) => bracket.charCodeAt(0)));

/** Whether an event is none, but a batch of CloudEvents: an array whose first element is one. */
export function isCloudEventBatch(event: unknown): boolean {
  return Array.isArray(event) && isCloudEvent(event[0]);
}

/**
 * The events of a batch of CloudEvents, each as it stood.
 *
 * @returns `undefined` when the text is no such thing.
 */
export function cloudEventsIn(text: string): readonly string[] | undefined {
  if (!/^\s*\[\s*\{/.test(text)) return undefined;
  try {
    return isCloudEventBatch(parseJson(text)) ? elementsIn(text) : undefined;
  } catch (error) {
    // It will be refused as what it is: no JSON.
    if (error instanceof InvalidRecord) return undefined;
    throw error;
  }
}

/** The elements of an array, cut out of its JSON. */
function elementsIn(json: string): readonly string[] {
  const elements: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0, isString = false; at < json.length; at++) {
    const unit = json.charCodeAt(at);
    if (isString) {
      if (unit === BACKSLASH) at++;
      else if (unit === QUOTE) isString = false;
    } else if (unit === QUOTE) {
      isString = true;
    } else if (OPENING.has(unit)) {
      if (++depth === 1) start = at + 1;
    } else if ((unit === COMMA && depth === 1) || (CLOSING.has(unit) && --depth === 0)) {
      elements.push(json.slice(start, at).trim());
      start = at + 1;
    }
  }
  return elements;
}
