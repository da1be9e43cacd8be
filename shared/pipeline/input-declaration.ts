import { InvalidArgument } from '../definition/invalid-argument.ts';
import { show } from '../definition/show.ts';

/** What the payload of a record can be declared to be. */
export const FORMATS = ['json', 'ndjson', 'cloudevents', 'cloudwatch-logs'] as const;

/**
 * `json`: one event. `ndjson`: an event a line. `cloudevents`: a CloudEvent in JSON, or a batch of them. `cloudwatch-logs`: what a subscription of CloudWatch Logs sends, whose gzip
 * belongs to it.
 */
export type Format = (typeof FORMATS)[number];

/** What a decoder is told of the record that the bytes came in. */
export interface RecordFacts {
  /** Of the Kinesis record. */
  readonly partitionKey: string;
  /** Of the Kinesis record, up to 56 digits. */
  readonly sequenceNumber: string;
  /** When it reached the stream, in epoch milliseconds. */
  readonly arrivedAtMs: number;
}

/**
 * What is said of the records of the input stream. Where nothing is, it is found out of each record by itself.
 *
 * @typeParam E What a decoder makes of one.
 */
export interface InputOptions<E> {
  /** What the payload of every record is. Anything else is refused. Not with `decode`. */
  readonly format?: Format;
  /**
   * Reads the payload of a record that is none of these, such as Avro, Protobuf or a line of CSV: an event, or a list of several, which may be empty. What it throws refuses that
   * record alone. It must give the same for the same bytes. Not with `format`.
   *
   * @param bytes Of one payload: unzipped, and taken out of an aggregated record, where `compression` and `aggregation` say so.
   */
  readonly decode?: (bytes: Uint8Array, record: RecordFacts) => E | readonly E[];
  /** Every payload is gzip of what `format` or `decode` says. */
  readonly compression?: 'gzip';
  /** Records may be aggregated by the Kinesis Producer Library, which leaves one alone as it is; each record in them is what the others say. */
  readonly aggregation?: 'kpl';
}

/** The same, checked: something is said of every payload. */
export interface InputDeclaration {
  readonly format: Format | undefined;
  readonly decode: ((bytes: Uint8Array, record: RecordFacts) => unknown) | undefined;
  readonly isZipped: boolean;
  readonly isAggregated: boolean;
  /** As it was said, for whoever reads a refusal. */
  readonly text: string;
}

/**
 * @returns `undefined` where nothing is said.
 * @throws {InvalidArgument} where the parts do not go together.
 */
export function inputDeclarationOf<E>({ format, decode, compression, aggregation }: InputOptions<E>): InputDeclaration | undefined {
  if (format !== undefined && decode !== undefined)
    throw new InvalidArgument(format, 'only one of format and decode: decode reads every payload', 'format');
  const around = { compression, aggregation };
  for (const [field, given] of Object.entries(around)) {
    if (given === undefined) continue;
    if (format === undefined && decode === undefined) throw new InvalidArgument(given, `format or decode beside it: what it holds`, field);
    if (format === 'cloudwatch-logs')
      throw new InvalidArgument(given, `nothing beside format 'cloudwatch-logs', which is gzip by itself`, field);
  }
  if (format === undefined && decode === undefined) return undefined;
  const said = Object.entries({ format, ...around }).filter(([, given]) => given !== undefined);
  return Object.freeze({
    format,
    decode,
    isZipped: compression === 'gzip' || format === 'cloudwatch-logs',
    isAggregated: aggregation === 'kpl',
    text: said.map(([field, given]) => `${field} ${show(given)}`).join(', '),
  });
}

/** Whether an event that is put on the stream as JSON, alone in its record, is read. */
export function readsJson({ input }: { readonly input: InputDeclaration | undefined }): boolean {
  return input === undefined || (input.decode === undefined && !input.isZipped);
}
