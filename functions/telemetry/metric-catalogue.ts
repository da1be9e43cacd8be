/** What a metric counts in, as CloudWatch says it. */
type MetricUnit = 'Count' | 'Bytes' | 'Milliseconds';

interface MetricDefinition {
  readonly unit: MetricUnit;
  /** A sum of a minute, or the least and the most that were seen in it. */
  readonly takes: 'sum' | 'range';
  /** From which level on it is published. */
  readonly level: Exclude<MetricLevel, 'none'>;
}

/**
 * How much is published. CloudWatch charges by the metric, so what alarms and dashboard need comes first (`vital`), then the rest, then the shards one by one.
 */
export const METRIC_LEVELS = ['none', 'vital', 'all', 'shards'] as const;
export type MetricLevel = (typeof METRIC_LEVELS)[number];

export const METRIC_NAMESPACE = 'Mullion';

/** Which pipeline. Powertools names it so. */
export const PIPELINE_DIMENSION = 'service';
/** Which shard, of what is published of each. */
export const SHARD_DIMENSION = 'shard';

/** Every metric that the functions publish. docs/METRICS.md says what each means. */
export const METRICS = {
  events: { unit: 'Count', takes: 'sum', level: 'vital' },
  tooLateEvents: { unit: 'Count', takes: 'sum', level: 'vital' },
  invalidEvents: { unit: 'Count', takes: 'sum', level: 'vital' },
  filteredEvents: { unit: 'Count', takes: 'sum', level: 'all' },
  duplicateEvents: { unit: 'Count', takes: 'sum', level: 'all' },
  latenessMs: { unit: 'Milliseconds', takes: 'range', level: 'all' },
  repeatedRecords: { unit: 'Count', takes: 'sum', level: 'all' },
  lookedUpKeys: { unit: 'Count', takes: 'sum', level: 'all' },
  rememberedKeys: { unit: 'Count', takes: 'sum', level: 'all' },
  unansweredKeys: { unit: 'Count', takes: 'sum', level: 'all' },
  lookupDurationMs: { unit: 'Milliseconds', takes: 'range', level: 'all' },
  wakeFailures: { unit: 'Count', takes: 'sum', level: 'all' },
  appendConflicts: { unit: 'Count', takes: 'sum', level: 'all' },
  publishRetries: { unit: 'Count', takes: 'sum', level: 'all' },
  watermarkLagMs: { unit: 'Milliseconds', takes: 'range', level: 'vital' },
  watermarkStuckMs: { unit: 'Milliseconds', takes: 'range', level: 'vital' },
  watermarkAdvanceMs: { unit: 'Milliseconds', takes: 'sum', level: 'all' },
  shardWatermarkLagMs: { unit: 'Milliseconds', takes: 'range', level: 'shards' },
  idleShards: { unit: 'Count', takes: 'range', level: 'all' },
  epochs: { unit: 'Count', takes: 'sum', level: 'all' },
  panes: { unit: 'Count', takes: 'sum', level: 'all' },
  latePanes: { unit: 'Count', takes: 'sum', level: 'all' },
  oversizedPanes: { unit: 'Count', takes: 'sum', level: 'vital' },
  windowsCreated: { unit: 'Count', takes: 'sum', level: 'all' },
  windowsCompleted: { unit: 'Count', takes: 'sum', level: 'all' },
  openWindows: { unit: 'Count', takes: 'range', level: 'all' },
  stateBytes: { unit: 'Bytes', takes: 'range', level: 'all' },
  snapshotBytes: { unit: 'Bytes', takes: 'range', level: 'all' },
  snapshotDurationMs: { unit: 'Milliseconds', takes: 'range', level: 'all' },
  snapshotFailures: { unit: 'Count', takes: 'sum', level: 'all' },
  snapshotAgeMs: { unit: 'Milliseconds', takes: 'range', level: 'vital' },
  conservationDifference: { unit: 'Count', takes: 'range', level: 'vital' },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;

type Taking<T extends MetricDefinition['takes']> = {
  [Name in MetricName]: (typeof METRICS)[Name]['takes'] extends T ? Name : never;
}[MetricName];
export type SumName = Taking<'sum'>;
export type RangeName = Taking<'range'>;

/** Whether a metric is published at a level. */
export function isPublished(name: MetricName, level: MetricLevel): boolean {
  return METRIC_LEVELS.indexOf(METRICS[name].level) <= METRIC_LEVELS.indexOf(level);
}
