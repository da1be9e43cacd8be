/** A log event as a subscription of CloudWatch Logs brings it, with what it says of all of them: what a pipeline over such a stream gets. */
export interface LogEvent {
  /** That of CloudWatch Logs. */
  readonly id: string;
  /** When it was logged, in milliseconds since 1970. */
  readonly timestamp: number;
  /** What was logged, as text; JSON, maybe. */
  readonly message: string;
  /** By the filter of the subscription. */
  readonly extractedFields?: Readonly<Record<string, string>>;
  /** The account. */
  readonly owner: string;
  /** Which group it is of. */
  readonly logGroup: string;
  /** Which stream of the group. */
  readonly logStream: string;
}
