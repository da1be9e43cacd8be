import type { StreamEvent } from '../../shared/adapters/kinesis/put-batches.ts';

/** What became of events. */
export interface SendOutcome {
  /** How many of them, from the first on, are known to be taken for good: fewer than there were only where the sink was told to stop. */
  readonly taken: number;
  /** How many were sent again, because they were not taken at once. */
  readonly again: number;
}

/** Where events go: a file, a stream. */
export interface EventSink {
  /** What it is called in what is said about it. */
  readonly name: string;
  /**
   * Sends events in their order, and resolves when they are taken for good: then the next ones may come.
   *
   * @throws {CommandError} when they will never be taken.
   */
  send(events: readonly StreamEvent[]): Promise<SendOutcome>;
  /** Resolves when nothing is under way any more. */
  close(): Promise<void>;
}
