import { expect, test } from 'vitest';
import { mappingConfiguration } from '../../../local/event-source-mapping/configuration.ts';
import { deliveryResult } from '../../../local/event-source-mapping/delivery-result.ts';
import type { InvocationOutcome } from '../../../local/lambda/invocation.ts';
import { recordsOf } from './records.ts';

const REPORTING = mappingConfiguration({ functionResponseTypes: ['ReportBatchItemFailures'] });
const resultOf = (response: unknown, configuration = REPORTING) =>
  deliveryResult({ kind: 'returned', requestId: 'id', response }, recordsOf(5), configuration);
const named = (...identifiers: unknown[]) => ({
  batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

test.each([
  ['null', null],
  ['an empty text', ''],
  ['an empty list', []],
  ['an empty object', {}],
  ['an object with other keys', { itemFailures: [{ itemIdentifier: '3' }] }],
  ['an empty list of failures', { batchItemFailures: [] }],
  ['null for the list of failures', { batchItemFailures: null }],
])('%s is a success', (_, response) => {
  expect(resultOf(response)).toEqual({ kind: 'succeeded' });
});

test.each([
  ['an empty identifier', named('')],
  ['a null identifier', named(null)],
  ['no identifier', { batchItemFailures: [{}] }],
  ['an identifier under another key', { batchItemFailures: [{ sequenceNumber: '3' }] }],
  ['an identifier that is not in the batch', named('6')],
  ['an identifier that is not a text', named(3)],
  ['a good identifier beside an empty one', named('3', '')],
  ['an entry that is no object', { batchItemFailures: ['3'] }],
  ['a list of failures that is no list', { batchItemFailures: '3' }],
])('%s fails the whole batch', (_, response) => {
  expect(resultOf(response)).toEqual({ kind: 'failed', cause: 'answer' });
});

test('the lowest sequence number is the checkpoint, in whatever order they are named', () => {
  expect(resultOf(named('4', '2', '5'))).toEqual({ kind: 'failedFrom', index: 1 });
  expect(resultOf(named('1'))).toEqual({ kind: 'failedFrom', index: 0 });
});

test('an answer is not looked at unless that is configured', () => {
  expect(resultOf(named('2'), mappingConfiguration())).toEqual({ kind: 'succeeded' });
  expect(resultOf(named(''), mappingConfiguration())).toEqual({ kind: 'succeeded' });
});

test('an error of the function fails the batch, configured or not', () => {
  const error = { errorType: 'Error', errorMessage: '', trace: [] };
  const outcome: InvocationOutcome = { kind: 'failed', requestId: 'id', error };
  for (const configuration of [REPORTING, mappingConfiguration()]) {
    expect(deliveryResult(outcome, recordsOf(5), configuration)).toEqual({ kind: 'failed', cause: 'handler' });
  }
});
