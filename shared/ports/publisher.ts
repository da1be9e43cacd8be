/** One JSON document for a stream. */
export interface OutputRecord {
  readonly partitionKey: string;
  readonly json: string;
}

/** Puts documents on a stream: the panes on the output stream, refused records on the side stream. */
export interface Publisher {
  /**
   * Resolves when every record is durably on the stream, behind those of earlier calls; throws when some may not be. At least once: after
   * a throw, or a crash, the caller publishes the same records again.
   */
  publish(records: readonly OutputRecord[]): Promise<void>;
}
