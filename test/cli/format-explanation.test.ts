import { expect, test } from 'vitest';
import { formatExplanation } from '../../cli/explain/format-explanation.ts';
import type { Explanation } from '../../shared/provenance/explanation.ts';
import { paneOf } from '../fixtures/pane-of.ts';

const [FIRST, LAST] = ['1'.repeat(56), '2'.repeat(56)];

const explanation = {
  pane: paneOf(),
  reason: 'end',
  epoch: { position: 1, firedAtMs: 0, watermark: 60_000, leftOut: [] },
  commits: [{ shard: 'shardId-000000000000', position: 7, events: 1, arrivedFromMs: 0, arrivedToMs: 1, first: FIRST, last: LAST }],
  events: 1,
  accounts: 'balanced',
  unknown: [],
  refused: [],
  refusedUpTo: 1,
  newestEpoch: 1,
} as unknown as Explanation;

const SHARD = 'shardId-000000000000       7       1';
const ARRIVED = '1970-01-01T00:00:00.000Z – 1970-01-01T00:00:00.001Z';

test.each<[width: number | undefined, rows: string[]]>([
  [undefined, [`${SHARD}  ${ARRIVED}  ${FIRST} – ${LAST}`]],
  [120, [`${SHARD}  ${ARRIVED}`, `    ${FIRST} – ${LAST}`]],
  [80, [SHARD, `    ${ARRIVED}`, `    ${FIRST} –`, `    ${LAST}`]],
])('in a terminal of %s columns every sequence number stands whole in a line', (width, rows) => {
  const lines = formatExplanation(explanation, width);
  const at = lines.findIndex((line) => line.startsWith('shardId-'));
  expect(lines.slice(at, at + rows.length)).toEqual(rows);
  expect(lines[at + rows.length]).toBe('');
});
