import { decodeBase64 } from './decode.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { packedEvents } from './packed-events.ts';
import { PayloadTexts } from './payload-texts.ts';

const NONE: readonly InputRecord[] = [];
// Made once: a stack for every record that is packed would cost more than reading it.
const NO_TEXT = new InvalidRecord('utf8', 'the payload is not UTF-8 text');

/** The events of a batch one after the other: a record each, unless a record turns out to hold several. */
export class BatchEvents {
  /** How many are behind. */
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

  /** The event that comes next, undecoded. */
  get record(): InputRecord {
    return (this.#packed === NONE ? this.#records[this.#at] : this.#packed[this.#packedAt]) as InputRecord;
  }

  /** The record that it came in: the same, unless that holds several. */
  get whole(): InputRecord {
    return this.#records[this.#at] as InputRecord;
  }

  /**
   * Its payload.
   *
   * @throws {InvalidRecord} when it is not base64 or not UTF-8.
   */
  text(): string {
    const { data, encoding } = this.record;
    if (this.#packed === NONE) {
      if (encoding === 'base64' && beginsBinary(data)) throw NO_TEXT;
      return this.#texts.at(this.#at);
    }
    return encoding === 'utf8' ? data : decodeBase64(data);
  }

  advance(): void {
    this.count++;
    if (this.#packed !== NONE && ++this.#packedAt < this.#packed.length) return;
    this.#packed = NONE;
    this.#packedAt = 0;
    this.#at++;
  }

  /**
   * Goes into a record that cannot be read as one event, and may be several.
   *
   * @param problem Why it cannot.
   * @returns Why it is refused, where it is not several either.
   */
  unpack(problem: InvalidRecord): InvalidRecord | undefined {
    const mayBePacked = this.#packed === NONE && (problem.code === 'json' || problem.code === 'utf8');
    if (!mayBePacked) return problem;
    try {
      const events = packedEvents(this.record, problem.code === 'json' ? this.text() : undefined);
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
}

/** Whether base64 begins like that of gzip, or of what the Kinesis Producer Library aggregates: neither is text. */
function beginsBinary(data: string): boolean {
  return data.startsWith('H4s') || data.startsWith('84ma');
}
