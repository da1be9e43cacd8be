import type { Batch } from './batch.ts';

export type DiscardCondition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded';

/** What Lambda sends to an SQS or SNS on-failure destination: where the records are, not the records. */
export interface FailureDocument {
  readonly requestContext: {
    readonly requestId: string;
    readonly functionArn: string;
    readonly condition: DiscardCondition;
    readonly approximateInvokeCount: number;
  };
  /** Absent when the function was never invoked with these records. */
  readonly responseContext?: {
    readonly statusCode: 200;
    readonly executedVersion: '$LATEST';
    /** Null when the function returned and named failed records. */
    readonly functionError: 'Unhandled' | null;
  };
  readonly version: '1.0';
  /** ISO 8601, as the other times. */
  readonly timestamp: string;
  readonly KinesisBatchInfo: {
    readonly shardId: string;
    readonly startSequenceNumber: string;
    readonly endSequenceNumber: string;
    readonly approximateArrivalOfFirstRecord: string;
    readonly approximateArrivalOfLastRecord: string;
    readonly batchSize: number;
    readonly streamArn: string;
  };
}

export interface DiscardedBatch {
  readonly batch: Batch;
  readonly condition: DiscardCondition;
  /** Of the last invocation with these records, or a new one when there was none. */
  readonly requestId: string;
  readonly functionError: 'Unhandled' | null;
  readonly functionArn: string;
  readonly streamArn: string;
  readonly shardId: string;
  /** Epoch milliseconds. */
  readonly nowMs: number;
}

export function failureDocument(discarded: DiscardedBatch): FailureDocument {
  const { batch, condition, requestId, functionError, functionArn, streamArn, shardId, nowMs } = discarded;
  const [first, last] = [batch.records[0], batch.records.at(-1)];
  if (first === undefined || last === undefined) throw new Error('An empty batch cannot be discarded.');
  return {
    requestContext: { requestId, functionArn, condition, approximateInvokeCount: batch.invocations },
    ...(batch.invocations > 0 && { responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError } }),
    version: '1.0',
    timestamp: new Date(nowMs).toISOString(),
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: first.event.kinesis.sequenceNumber,
      endSequenceNumber: last.event.kinesis.sequenceNumber,
      approximateArrivalOfFirstRecord: new Date(first.arrivedAtMs).toISOString(),
      approximateArrivalOfLastRecord: new Date(last.arrivedAtMs).toISOString(),
      batchSize: batch.records.length,
      streamArn,
    },
  };
}
