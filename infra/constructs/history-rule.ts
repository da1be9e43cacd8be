import { type Duration, Token } from 'aws-cdk-lib';

/** How the panes that were fired are kept, to be queried. */
export interface HistoryRule {
  /**
   * How long panes are kept, whole days, at least 1.
   *
   * @default for ever; what is older than 30 days moves to where S3 charges less the longer nobody asks for it
   */
  readonly retention?: Duration;

  /**
   * How long panes are gathered for an object, 60 to 900 whole seconds, unless 128 MB are together before. Queries see a pane only after it, and read few large objects
   * faster than many small ones.
   *
   * @default Duration.minutes(15), the longest
   */
  readonly bufferInterval?: Duration;

  /**
   * Name of the database in the catalogue, which has to be one of its own in account and region: lower-case letters, digits, _.
   *
   * @default the stack's name and the construct's place in it: `orders_perminute`
   */
  readonly database?: string;
}

/** A rule with every choice made. */
export interface SettledHistory {
  /** Absent where panes are kept for ever. */
  readonly retentionDays: number | undefined;
  readonly bufferSeconds: number;
  readonly database: string;
}

export const DATABASE_ALLOWED = '1 to 255 lower-case letters, digits or _';

export function isDatabaseName(name: string): boolean {
  return /^[a-z0-9_]{1,255}$/.test(name);
}

/** A database name out of what metrics call the pipeline; none where only CloudFormation knows that. */
export function databaseOf(service: string): string | undefined {
  return Token.isUnresolved(service) ? undefined : service.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
}
