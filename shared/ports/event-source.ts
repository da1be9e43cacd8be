/** An event from elsewhere, on its way to a stream. */
export interface SourceEvent {
  /** What goes on the stream: bytes as they are, text as UTF-8, anything else as JSON. */
  readonly data: unknown;
  /** Beside which others it goes, so that these keep their order: text of 1 to 256 characters. Default: the events are spread over the shards. */
  readonly partitionKey?: string;
  /** Where the source goes on behind it: an offset, a cursor, an id. Events of one moment may have one for the last of them alone. */
  readonly position?: string;
}

/** Where events come from. Write one by yourself: this method is all of it. */
export interface EventSource {
  /**
   * The events in their order, for ever or up to their end. Nothing more is asked for while the stream does not take what there is.
   *
   * @param after Behind which position; the source begins at its beginning where that is undefined.
   * @param signal Aborted when it is to come to its end.
   */
  read(after: string | undefined, signal: AbortSignal): AsyncIterable<SourceEvent>;
}
