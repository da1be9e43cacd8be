import { GB, MONTH_HOURS, MONTH_S } from './month.ts';
import type { Workload } from './workload.ts';

/** What the streams are charged for in a month. */
export interface StreamUse {
  readonly inputShardHours: number;
  readonly outputShardHours: number;
  /** One shard for what is refused. */
  readonly sideShardHours: number;
  readonly inputPutUnits: number;
  readonly outputPutUnits: number;
  /** Of all three, where they keep records for more than a day. */
  readonly extendedShardHours: number;
  /** Of the input, what is older than a week. */
  readonly longTermGb: number;
}

const PUT_UNIT_BYTES = 25 * 1_024;
const DAY_HOURS = 24;
const WEEK_HOURS = 168;

/** @param outputRecords In a month, each of a unit at most. */
export function streamUse(workload: Workload, outputRecords: number): StreamUse {
  const { rate, recordBytes, eventsPerRecord, shards, outputShards, streamRetentionHours } = workload;
  const hours = (shardCount: number) => shardCount * MONTH_HOURS;
  const records = (rate / eventsPerRecord) * MONTH_S;
  return {
    inputShardHours: hours(shards),
    outputShardHours: hours(outputShards),
    sideShardHours: hours(1),
    inputPutUnits: records * Math.ceil(recordBytes / PUT_UNIT_BYTES),
    outputPutUnits: outputRecords,
    extendedShardHours: streamRetentionHours > DAY_HOURS ? hours(shards + outputShards + 1) : 0,
    longTermGb: ((rate / eventsPerRecord) * recordBytes * 3_600 * Math.max(0, streamRetentionHours - WEEK_HOURS)) / GB,
  };
}
