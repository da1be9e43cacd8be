/** One JSON document for a stream. */
export interface OutputRecord {
  readonly partitionKey: string;
  readonly json: string;
}

/** Puts documents on a stream: the panes on the output stream, refused records on the side stream. */
export interface Publisher {
  /** How many bytes of JSON a document may have; no bound where nothing is said. A stream never takes what is larger, however often it is tried. */
  readonly documentBytesMax?: number;
  /**
   * Resolves when every record is durably on the stream, behind those of earlier calls; throws when some may not be. At least once: after
   * a throw, or a crash, the caller publishes the same records again.
   */
  publish(records: readonly OutputRecord[]): Promise<void>;
}
