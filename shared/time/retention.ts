/** How many whole days the logs of a pipeline may be kept. */
export const STATE_RETENTION_DAYS = { min: 2, max: 3_650, usual: 30 } as const;

/** How many whole hours Kinesis keeps records, as it allows. */
export const STREAM_RETENTION_HOURS = { min: 24, max: 8_760, usual: 24 } as const;
