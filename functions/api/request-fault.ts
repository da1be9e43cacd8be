import type { z } from '@hono/zod-openapi';

type Issue = z.core.$ZodIssue;

const NOUNS: Readonly<Record<string, string>> = {
  array: 'an array',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'text',
};
const COUNTED: Readonly<Record<string, string>> = { array: 'element', string: 'character' };
// Where the schema has no words of its own, zod says what it was doing.
const OF_ZOD = /^(?:Invalid|Too) /;

/** What is wrong with a request, for whoever sent it: where, and what is needed there. */
export function requestFault(issue: Issue, target: string): string {
  return `${issue.path.join('.') || target}: ${OF_ZOD.test(issue.message) ? wording(issue) : issue.message}`;
}

function wording(issue: Issue): string {
  if (issue.code === 'invalid_type') {
    const needed = `needed: ${NOUNS[issue.expected] ?? issue.expected}`;
    return issue.message.endsWith('received undefined') ? `it is missing; ${needed}` : needed;
  }
  if (issue.code === 'too_small') return `needed: at least ${amount(issue.minimum, issue.origin)}`;
  if (issue.code === 'too_big') return `needed: at most ${amount(issue.maximum, issue.origin)}`;
  if (issue.code === 'invalid_value') return `needed: ${issue.values.map(String).join(' or ')}`;
  return issue.message;
}

function amount(number: number | bigint, of: string): string {
  const counted = COUNTED[of];
  return counted === undefined ? String(number) : `${number} ${counted}${Number(number) === 1 ? '' : 's'}`;
}
