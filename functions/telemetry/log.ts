import type { Context } from 'aws-lambda';

/** What a line may say: numbers, names of shards, times. Never a payload, a key, nor a value of a pane. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Structured lines, one JSON object each. Powertools' `Logger` is one. */
export interface Log {
  debug(message: string, fields: LogFields): void;
  info(message: string, fields: LogFields): void;
  warn(message: string, fields: LogFields): void;
  error(message: string, fields: LogFields): void;
  /** Every line of an invocation names it. */
  addContext(context: Context): void;
}
