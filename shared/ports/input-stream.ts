/** An event for the stream that a pipeline reads. */
export interface StreamedEvent {
  readonly partitionKey: string;
  /** Its text. */
  readonly data: string;
}

/**
 * What became of one event. `throttled`: it is not on the stream, which has too much to do; a second later it may be taken. `unanswered`: nobody said whether it
 * is on the stream; sent again, it may come twice.
 */
export type PutResult =
  | { readonly kind: 'taken'; readonly shardId: string; readonly sequenceNumber: string }
  | { readonly kind: 'throttled' | 'unanswered'; readonly message: string };

/** The stream that a pipeline reads, for those who put events on it. */
export interface InputStream {
  /** How many bytes an event may have, with its partition key. A stream never takes what is larger. */
  readonly eventBytesMax: number;
  /** How many events there may be in one put. */
  readonly eventsMax: number;
  /**
   * Puts events on the stream: once, so that whoever has sent them decides about another attempt.
   *
   * @returns What became of each, in their order.
   * @throws what waiting cannot cure: no such stream, no permission.
   */
  put(events: readonly StreamedEvent[]): Promise<readonly PutResult[]>;
}
