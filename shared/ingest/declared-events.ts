import type { InputDeclaration } from '../pipeline/input-declaration.ts';
import { DeclaredRecord } from './declared-record.ts';
import { eventIn } from './declared-text.ts';
import type { EventCursor } from './event-cursor.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord } from './invalid-record.ts';
import { PayloadTexts } from './payload-texts.ts';
import type { ReadUnit } from './read-unit.ts';

/** The events of records that are what the pipeline declares: nothing else is looked for in them. */
export class DeclaredEvents implements EventCursor {
  count = 0;
  readonly #declared: InputDeclaration;
  readonly #records: readonly InputRecord[];
  readonly #texts: PayloadTexts;
  /** Whether a payload is the text that its format speaks of, with nothing around it. */
  readonly #isBare: boolean;
  #at = 0;
  /** The events of the record, and which of them comes next. */
  #units: readonly ReadUnit[] = [];
  #unitAt = 0;

  constructor(declared: InputDeclaration, records: readonly InputRecord[]) {
    this.#declared = declared;
    this.#records = records;
    this.#texts = new PayloadTexts(records);
    this.#isBare = declared.decode === undefined && !declared.isZipped && !declared.isAggregated;
    this.#open();
  }

  get atEnd(): boolean {
    return this.#at >= this.#records.length;
  }

  get record(): InputRecord {
    return (this.#units[this.#unitAt] as ReadUnit).record;
  }

  get whole(): InputRecord {
    return this.#records[this.#at] as InputRecord;
  }

  event(): unknown {
    const unit = this.#units[this.#unitAt] as ReadUnit;
    if (unit.kind === 'value') return unit.value;
    try {
      if (unit.kind === 'problem') throw unit.problem;
      return eventIn(unit.text, this.#declared.format);
    } catch (error) {
      throw error instanceof InvalidRecord ? this.#asDeclared(error) : error;
    }
  }

  advance(): void {
    this.count++;
    if (++this.#unitAt < this.#units.length) return;
    this.#at++;
    this.#open();
  }

  unpack(problem: InvalidRecord): InvalidRecord {
    return problem;
  }

  /** Reads the record that comes next and those behind it, up to one that holds an event. */
  #open(): void {
    this.#unitAt = 0;
    for (; !this.atEnd; this.#at++) {
      this.#units = this.#read();
      if (this.#units.length > 0) return;
    }
  }

  #read(): readonly ReadUnit[] {
    const record = this.whole;
    try {
      const read = new DeclaredRecord(this.#declared, record);
      return this.#isBare ? read.unitsOfText(this.#texts.at(this.#at)) : read.unitsOfBytes();
    } catch (problem) {
      if (problem instanceof InvalidRecord) return [{ kind: 'problem', record, problem }];
      throw problem;
    }
  }

  /** What a decoder throws says by itself where it comes from. */
  #asDeclared({ code, message }: InvalidRecord): InvalidRecord {
    const { text } = this.#declared;
    return new InvalidRecord(code, text === '' ? message : `${message}; declared: ${text}`);
  }
}
