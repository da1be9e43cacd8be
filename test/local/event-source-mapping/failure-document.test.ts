import { expect, test } from 'vitest';
import { type DiscardedBatch, failureDocument } from '../../../local/event-source-mapping/failure-document.ts';
import { batchOf, STREAM_ARN } from './records.ts';

const DISCARDED: DiscardedBatch = {
  batch: batchOf(3, { invocations: 4 }),
  condition: 'RetryAttemptsExhausted',
  requestId: 'c9b8fa9f-5a7f-4c1e-af9c-0c604cde93a5',
  functionError: 'Unhandled',
  functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:ingest',
  streamArn: STREAM_ARN,
  shardId: 'shardId-000000000000',
  nowMs: 10_000,
};

test('the document is what Lambda sends to a queue', () => {
  expect(failureDocument(DISCARDED)).toEqual({
    requestContext: {
      requestId: 'c9b8fa9f-5a7f-4c1e-af9c-0c604cde93a5',
      functionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:ingest',
      condition: 'RetryAttemptsExhausted',
      approximateInvokeCount: 4,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '1970-01-01T00:00:10.000Z',
    KinesisBatchInfo: {
      shardId: 'shardId-000000000000',
      startSequenceNumber: '1',
      endSequenceNumber: '3',
      approximateArrivalOfFirstRecord: '1970-01-01T00:00:00.000Z',
      approximateArrivalOfLastRecord: '1970-01-01T00:00:02.000Z',
      batchSize: 3,
      streamArn: STREAM_ARN,
    },
  });
});

test('a batch that was never delivered has no response', () => {
  const document = failureDocument({ ...DISCARDED, batch: batchOf(1), condition: 'RecordAgeExceeded', functionError: null });
  expect(document).not.toHaveProperty('responseContext');
  expect(document.requestContext).toMatchObject({ condition: 'RecordAgeExceeded', approximateInvokeCount: 0 });
});
