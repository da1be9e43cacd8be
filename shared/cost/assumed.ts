/** What the model takes from experience and cannot measure here: how long AWS's services let a function wait, and what Lambda writes by itself. */
export const ASSUMED = {
  /** Of one call from a function in the same region, in milliseconds. */
  waitMs: { dynamodb: 5, s3Put: 30, s3Get: 20, kinesis: 15, lambda: 15 },
  /** Objects that fire reads at a time. */
  s3GetsAtOnce: 8,
  /** Processor time on Lambda's arm64 for one of the core that the code was measured on: none has been measured, so somewhat more. */
  processorFactor: 1.25,
  /** START, END and REPORT, with what CloudWatch adds to each. */
  logBytesPerInvocation: 320,
  /** Of the line that fire writes for an epoch, with long names of functions. */
  logBytesPerEpoch: 770,
  /** Of the lines of metrics that both functions write in a minute. */
  metricsBytesPerMinute: 560,
  /** How often a service asks for the key of a table or a stream, for each of those who use it. */
  keyRequestsPerHour: 12,
  /** What one unit of Managed Flink takes of events like these: more than it is said to, so that the comparison favours it. */
  flinkEventsPerKpuSecond: 50_000,
} as const;
