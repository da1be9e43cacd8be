import { expect, test } from 'vitest';
import type { Batch } from '../../../local/event-source-mapping/batch.ts';
import { type MappingConfiguration, mappingConfiguration } from '../../../local/event-source-mapping/configuration.ts';
import { decide } from '../../../local/event-source-mapping/decision.ts';
import type { DeliveryResult } from '../../../local/event-source-mapping/delivery-result.ts';
import { batchOf, sequenceNumbersOf } from './records.ts';

const FAILED: DeliveryResult = { kind: 'failed', cause: 'handler' };

const costOf = ({ retriesUsed, invocations }: Batch) => `retries ${retriesUsed}, invocations ${invocations}`;

/** The decision in one line: what is done, what follows, and what that has cost. */
function decisionText(batch: Batch, result: DeliveryResult, settings: Partial<MappingConfiguration> = {}): string {
  const decision = decide(batch, result, mappingConfiguration(settings));
  if (decision.kind === 'advance') return 'advance';
  if (decision.kind === 'bisect') {
    return `bisect ${decision.halves.map(sequenceNumbersOf).join(' | ')}; ${costOf(decision.halves[1])}`;
  }
  return `${decision.kind} after ${decision.doneCount}: ${sequenceNumbersOf(decision.rest)}; ${costOf(decision.rest)}`;
}

test('a success advances', () => {
  expect(decisionText(batchOf(3), { kind: 'succeeded' })).toBe('advance');
});

test('a failure is retried for ever by default', () => {
  expect(decisionText(batchOf(2), FAILED)).toBe('retry after 0: 1 2; retries 1, invocations 1');
  const old = batchOf(2, { retriesUsed: 20_000, invocations: 20_001 });
  expect(decisionText(old, FAILED)).toBe('retry after 0: 1 2; retries 20001, invocations 20002');
});

test('a batch is discarded when its retries are used up', () => {
  const settings = { maximumRetryAttempts: 1 };
  expect(decisionText(batchOf(2), FAILED, settings)).toBe('retry after 0: 1 2; retries 1, invocations 1');
  const retried = batchOf(2, { retriesUsed: 1, invocations: 1 });
  expect(decisionText(retried, FAILED, settings)).toBe('discard after 0: 1 2; retries 1, invocations 2');
  expect(decisionText(batchOf(2), FAILED, { maximumRetryAttempts: 0 })).toBe('discard after 0: 1 2; retries 0, invocations 1');
});

test('bisecting halves the batch and costs no retry, until one record is left', () => {
  const settings = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 };
  expect(decisionText(batchOf(5), FAILED, settings)).toBe('bisect 1 2 3 | 4 5; retries 0, invocations 1');
  expect(decisionText(batchOf(2), { kind: 'failed', cause: 'answer' }, settings)).toBe('bisect 1 | 2; retries 0, invocations 1');
  expect(decisionText(batchOf(1), FAILED, settings)).toBe('discard after 0: 1; retries 0, invocations 1');
});

test('a partial answer retries from the named record on, at the cost of a retry', () => {
  const result: DeliveryResult = { kind: 'failedFrom', index: 2 };
  expect(decisionText(batchOf(4), result)).toBe('retry after 2: 3 4; retries 1, invocations 1');
  expect(decisionText(batchOf(4), result, { maximumRetryAttempts: 0 })).toBe('discard after 2: 3 4; retries 0, invocations 1');
});

test('with bisecting, a partial answer splits at the named record instead of in the middle, free of cost', () => {
  const settings = { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 };
  expect(decisionText(batchOf(4), { kind: 'failedFrom', index: 1 }, settings)).toBe('retry after 1: 2 3 4; retries 0, invocations 1');
  expect(decisionText(batchOf(4), { kind: 'failedFrom', index: 0 }, settings)).toBe('discard after 0: 1 2 3 4; retries 0, invocations 1');
});
