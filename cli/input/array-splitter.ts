import { Buffer } from 'node:buffer';
import { CommandError } from '../command-error.ts';
import { EVENT_BYTES_MAX, type EventSplitter, type RawEvent, rawEvent } from './raw-event.ts';

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/**
 * The elements of one JSON array, however long, as their own bytes: nothing is parsed, so that what is wrong with an element stays with
 * that element and reaches the side stream as it stood.
 */
export class ArraySplitter implements EventSplitter {
  #rest = Buffer.alloc(0);
  /** How far `#rest` has been looked at. */
  #scanned = 0;
  #depth = 0;
  #inString = false;
  #escaped = false;

  push(chunk: Buffer): RawEvent[] {
    const bytes = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    const events: RawEvent[] = [];
    let start = 0;
    for (let at = this.#scanned; at < bytes.length; at++) {
      const byte = bytes[at] as number;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inString = false;
      } else if (byte === QUOTE) {
        this.#inString = true;
      } else if (OPENING.has(byte)) {
        this.#depth++;
        if (this.#depth === 1) {
          // The bracket of the array itself. Whatever stands before it, behind another array say, is no less an event for being broken.
          pushUnlessBlank(events, bytes.subarray(start, at));
          start = at + 1;
        }
      } else if ((byte === COMMA && this.#depth === 1) || (CLOSING.has(byte) && --this.#depth === 0)) {
        pushUnlessBlank(events, bytes.subarray(start, at));
        start = at + 1;
      }
    }
    this.#rest = bytes.subarray(start);
    this.#scanned = this.#rest.length;
    if (this.#rest.length > EVENT_BYTES_MAX) throw new CommandError(`the input array has an element of more than ${EVENT_BYTES_MAX} bytes`);
    return events;
  }

  /** Whether the array has begun and not ended: what it had further is lost, and nothing else tells of it where that was cut between two elements. */
  get isCutShort(): boolean {
    return this.#depth > 0;
  }

  /** Whatever stands behind the last complete element is one more: broken, and refused as such. */
  end(): RawEvent[] {
    const events: RawEvent[] = [];
    pushUnlessBlank(events, this.#rest);
    return events;
  }
}

function pushUnlessBlank(events: RawEvent[], bytes: Buffer): void {
  const event = rawEvent(bytes);
  if (event.data.trim() !== '') events.push(event);
}
