import { isCloudEvent } from '../pipeline/cloud-event.ts';
import { BACKSLASH, COMMA, jsonIn, OPENING_BRACE, OPENING_BRACKET, QUOTE } from './bounded-json.ts';

const CLOSING_BRACKET = ']'.charCodeAt(0);
const CLOSING_BRACE = '}'.charCodeAt(0);

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
  return /^\s*\[\s*\{/.test(text) && isCloudEventBatch(jsonIn(text)) ? elementsIn(text) : undefined;
}

/** The elements of an array, cut out of its JSON. */
export function elementsIn(json: string): readonly string[] {
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
    } else if (unit === OPENING_BRACKET || unit === OPENING_BRACE) {
      if (++depth === 1) start = at + 1;
    } else if ((unit === COMMA && depth === 1) || ((unit === CLOSING_BRACKET || unit === CLOSING_BRACE) && --depth === 0)) {
      elements.push(json.slice(start, at).trim());
      start = at + 1;
    }
  }
  return elements;
}
