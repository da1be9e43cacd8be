import { Buffer } from 'node:buffer';
import { show } from '../definition/show.ts';
import type { InputDeclaration } from '../pipeline/input-declaration.ts';
import { isAggregated, messageIn, userRecords } from './aggregated-record.ts';
import { bytesOfBase64, decodeUtf8 } from './decode.ts';
import { textsIn } from './declared-text.ts';
import { EVENTS_MAX, eventsMaxOf, tooMany } from './event-count.ts';
import { isGzip } from './gzip.ts';
import type { InputRecord } from './input-record.ts';
import { InvalidRecord, showThrown } from './invalid-record.ts';
import type { ReadUnit } from './read-unit.ts';
import { Unzipping } from './unzipping.ts';

type Raw = Pick<InputRecord, 'data' | 'encoding' | 'partitionKey'>;

/** What a payload holds, and whether it is a list. */
interface Contents {
  readonly units: readonly ReadUnit[];
  readonly isList: boolean;
}

/** One record that is what the pipeline declares. Its events have the places that they have where it is found out what the record is. */
export class DeclaredRecord {
  readonly #declared: InputDeclaration;
  readonly #record: InputRecord;
  readonly #unzipping = new Unzipping();

  constructor(declared: InputDeclaration, record: InputRecord) {
    this.#declared = declared;
    this.#record = record;
  }

  /**
   * The events of a payload that is text.
   *
   * @throws {InvalidRecord} when it is refused as a whole.
   */
  unitsOfText(text: string): readonly ReadUnit[] {
    const { texts, isList } = textsIn(text, this.#declared.format, EVENTS_MAX);
    // Most records are one event.
    if (!isList) return [{ kind: 'text', record: this.#record, text }];
    return this.#placed(
      texts.map((each) => this.#textUnit(each, this.#record.partitionKey)),
      isList,
      EVENTS_MAX,
    );
  }

  /**
   * The events of a payload that is zipped, aggregated, or for a decoder.
   *
   * @throws {InvalidRecord} when it is refused as a whole.
   */
  unitsOfBytes(): readonly ReadUnit[] {
    const { data, encoding } = this.#record;
    const bytes = encoding === 'base64' ? bytesOfBase64(data) : Buffer.from(data, 'utf8');
    const countMax = eventsMaxOf(bytes.length);
    if (this.#declared.isAggregated && isAggregated(bytes)) return this.#placed(this.#aggregated(bytes, countMax), true, countMax);
    const { units, isList } = this.#contents(bytes, this.#record, countMax);
    return this.#placed(units, isList || this.#declared.isZipped, countMax);
  }

  #aggregated(bytes: Buffer, countMax: number): readonly ReadUnit[] {
    const message = messageIn(bytes);
    const records = userRecords(message, EVENTS_MAX);
    if (records.length === 0) throw new InvalidRecord('packed', 'the record is packed, and holds no event');
    const units: ReadUnit[] = [];
    for (const { partitionKey, from, to } of records) {
      const payload = message.subarray(from, to);
      for (const unit of this.#contentsAlone(payload, partitionKey, countMax)) units.push(unit);
      if (units.length > countMax) break;
    }
    return units;
  }

  /** What is wrong with one of those in an aggregated record is its own affair. */
  #contentsAlone(payload: Buffer, partitionKey: string, countMax: number): readonly ReadUnit[] {
    const raw: Raw = { data: payload.toString('base64'), encoding: 'base64', partitionKey };
    try {
      return this.#contents(payload, raw, countMax).units;
    } catch (problem) {
      if (problem instanceof InvalidRecord) return [{ kind: 'problem', record: { ...this.#record, ...raw }, problem }];
      throw problem;
    }
  }

  /** @param raw As what a decoder has made of it is refused: that has no bytes of its own. */
  #contents(payload: Buffer, raw: Raw, countMax: number): Contents {
    const { decode, format, isZipped } = this.#declared;
    const bytes = isZipped ? this.#unzipped(payload) : payload;
    if (decode === undefined) {
      const { texts, isList } = textsIn(decodeUtf8(bytes), format, countMax);
      return { units: texts.map((text) => this.#textUnit(text, raw.partitionKey)), isList };
    }
    const { sequenceNumber, arrivedAtMs } = this.#record;
    const { data, encoding, partitionKey } = raw;
    const made = decoded(decode, bytes, { partitionKey, sequenceNumber, arrivedAtMs });
    const record = { ...this.#record, data, encoding, partitionKey };
    const isList = Array.isArray(made);
    return { units: (isList ? made : [made]).map((value: unknown): ReadUnit => ({ kind: 'value', record, value })), isList };
  }

  #unzipped(payload: Buffer): Buffer {
    if (!isGzip(payload)) throw new InvalidRecord('packed', 'the payload is not gzip');
    return this.#unzipping.of(payload);
  }

  #textUnit(text: string, partitionKey: string): ReadUnit {
    return { kind: 'text', record: { ...this.#record, data: text, encoding: 'utf8', partitionKey }, text };
  }

  /** Each with its index, where the record is more than one event. */
  #placed(units: readonly ReadUnit[], isList: boolean, countMax: number): readonly ReadUnit[] {
    if (units.length > countMax) throw tooMany(countMax);
    if (!isList) return units.map((unit) => ({ ...unit, record: this.#record }));
    return units.map((unit, index) => ({ ...unit, record: { ...unit.record, index } }));
  }
}

function decoded(decode: NonNullable<InputDeclaration['decode']>, bytes: Buffer, facts: Parameters<typeof decode>[1]): unknown {
  let made: unknown;
  try {
    made = decode(bytes, facts);
  } catch (error) {
    throw new InvalidRecord('decode', `decode threw ${showThrown(error)}`);
  }
  if (made === undefined || made === null || made instanceof Promise)
    throw new InvalidRecord(
      'decode',
      `decode gave ${made instanceof Promise ? 'a promise' : show(made)}; needed: an event, or a list of events`,
    );
  return made;
}
