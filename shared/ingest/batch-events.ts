import { decode, decodeBase64 } from './decode.ts';
import type { EventCursor } from './event-cursor.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { packedEvents } from './packed-events.ts';
import { PayloadTexts } from './payload-texts.ts';

const NONE: readonly InputRecord[] = [];
// Made once: a stack for every record that is packed would cost more than reading it.
const NO_TEXT = new InvalidRecord('utf8', 'the payload is not UTF-8 text');

/** The events of records of which nothing is declared: a record each, unless a record turns out to hold several. */
export class BatchEvents implements EventCursor {
  count = 0;
  readonly #records: readonly InputRecord[];
  readonly #texts: PayloadTexts;
  #at = 0;
  /** Those that the record holds, where it holds several. */
  #packed = NONE;
  #packedAt = 0;

  constructor(records: readonly InputRecord[]) {
    this.#records = records;
    this.#texts = new PayloadTexts(records);
  }

  get atEnd(): boolean {
    return this.#at >= this.#records.length;
  }

  get record(): InputRecord {
    return (this.#packed === NONE ? this.#records[this.#at] : this.#packed[this.#packedAt]) as InputRecord;
  }

  get whole(): InputRecord {
    return this.#records[this.#at] as InputRecord;
  }

  event(): unknown {
    return decode(this.#text());
  }

  advance(): void {
    this.count++;
    if (this.#packed !== NONE && ++this.#packedAt < this.#packed.length) return;
    this.#packed = NONE;
    this.#packedAt = 0;
    this.#at++;
  }

  unpack(problem: InvalidRecord): InvalidRecord | undefined {
    const mayBePacked = this.#packed === NONE && (problem.code === 'json' || problem.code === 'utf8');
    if (!mayBePacked) return problem;
    try {
      const events = packedEvents(this.record, problem.code === 'json' ? this.#text() : undefined);
      if (events === undefined) return problem;
      if (events.length > 0) this.#packed = events;
      // It is behind, and was no event.
      else this.#at++;
      return undefined;
    } catch (error) {
      if (error instanceof InvalidRecord) return error;
      throw error;
    }
  }

  /** @throws {InvalidRecord} when it is not base64 or not UTF-8. */
  #text(): string {
    const { data, encoding } = this.record;
    if (this.#packed === NONE) {
      if (encoding === 'base64' && beginsBinary(data)) throw NO_TEXT;
      return this.#texts.at(this.#at);
    }
    return encoding === 'utf8' ? data : decodeBase64(data);
  }
}

/** Whether base64 begins like that of gzip, or of what the Kinesis Producer Library aggregates: neither is text. */
function beginsBinary(data: string): boolean {
  return data.startsWith('H4s') || data.startsWith('84ma');
}
