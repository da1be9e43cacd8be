/**
 * An event as CloudEvents 1.0 writes it in JSON, alone or in a batch: what a pipeline over such a stream gets.
 *
 * @typeParam D What it carries.
 */
export interface CloudEvent<D = unknown> {
  /** Of the CloudEvents specification: `1.0`. */
  readonly specversion: string;
  /** With `source` it names the event: one that comes again has the same two. */
  readonly id: string;
  /** Where it happened; with `id` it is unique. */
  readonly source: string;
  /** What kind of event it is. */
  readonly type: string;
  /** When it happened: RFC 3339. */
  readonly time?: string;
  /** What it is about, within the source. */
  readonly subject?: string;
  /** The media type of `data`. */
  readonly datacontenttype?: string;
  /** Where the schema of `data` is. */
  readonly dataschema?: string;
  /** What the event says. */
  readonly data?: D;
  /** In place of `data`, where that is no JSON. */
  readonly data_base64?: string;
  /** What else the producer says of it. */
  readonly [extension: string]: unknown;
}

/** Whether something says of itself what every CloudEvent has to. */
export function isCloudEvent(value: unknown): value is CloudEvent {
  if (typeof value !== 'object' || value === null) return false;
  const { specversion, id, source, type } = value as Record<string, unknown>;
  return [specversion, id, source, type].every((attribute) => typeof attribute === 'string');
}
