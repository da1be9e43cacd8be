import { Buffer, isUtf8 } from 'node:buffer';
import { CommandError } from '../command-error.ts';
import { EVENT_BYTES_MAX, type EventSplitter, type RawEvent, rawEvent } from './raw-event.ts';

const NEWLINE = 0x0a;

/** One payload a line. Blank lines are none. */
export class LineSplitter implements EventSplitter {
  #rest = Buffer.alloc(0);

  push(chunk: Buffer): RawEvent[] {
    const end = chunk.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#keep(Buffer.concat([this.#rest, chunk]));
      return [];
    }
    const complete = this.#rest.length === 0 ? chunk.subarray(0, end) : Buffer.concat([this.#rest, chunk.subarray(0, end)]);
    this.#keep(Buffer.from(chunk.subarray(end + 1)));
    return lines(complete);
  }

  end(): RawEvent[] {
    return lines(this.#rest);
  }

  #keep(rest: Buffer<ArrayBuffer>): void {
    if (rest.length > EVENT_BYTES_MAX)
      throw new CommandError(`the input has a line of more than ${EVENT_BYTES_MAX} bytes; is it one JSON document a line?`);
    this.#rest = rest;
  }
}

function lines(bytes: Buffer): RawEvent[] {
  if (!isUtf8(bytes)) return byteLines(bytes);
  const events: RawEvent[] = [];
  for (const data of bytes.toString('utf8').split('\n')) if (data.trim() !== '') events.push({ data, encoding: 'utf8' });
  return events;
}

/** Some line is not text: each is looked at by itself. */
function byteLines(bytes: Buffer): RawEvent[] {
  const events: RawEvent[] = [];
  for (let start = 0; start <= bytes.length; ) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline === -1 ? bytes.length : newline;
    const event = rawEvent(bytes.subarray(start, end));
    if (event.data.trim() !== '') events.push(event);
    start = end + 1;
  }
  return events;
}
