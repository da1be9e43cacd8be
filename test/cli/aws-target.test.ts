import { expect, test } from 'vitest';
import { reasonOf } from '../../cli/aws-target.ts';

test.each<[what: string, error: unknown, reason: string]>([
  [
    'an error of a service is called by its name',
    Object.assign(new Error('no such table'), { name: 'NotFound' }),
    'NotFound: no such table',
  ],
  ['one without a name is not', new Error('Region is missing'), 'Region is missing'],
  ['one without a message is told by its code', Object.assign(new Error(''), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
  // As from an endpoint that is another service's.
  [
    'what is for programmers is left out',
    new Error('it is no JSON\n  Deserialization error: to see the raw response, inspect …'),
    'it is no JSON',
  ],
  ['what is thrown and no error is shown', 'nope', 'nope'],
])('%s', (_what, error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
