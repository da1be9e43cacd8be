import { describe, expect, test, vi } from 'vitest';
import { conservationDifference } from '../../shared/log/counts.ts';
import { CORPUS } from './corpus.ts';
import { countsOf, isPolluted, neighbours, refusedEvents, runHostile } from './hostile-run.ts';

vi.setConfig({ testTimeout: 30_000 });

const NONE = { read: 0, folded: 0, filtered: 0, late: 0, invalid: 0, duplicate: 0 };
// Of a record that holds several events so many leave alone, and the others together.
const DOCUMENTS_MAX = 101;

const undisturbed = neighbours(await runHostile([]));

test('every specimen has a name of its own', () => {
  expect(new Set(CORPUS.map(({ name }) => name)).size).toBe(CORPUS.length);
  expect(undisturbed.length).toBeGreaterThan(5);
});

describe('of a batch with', () => {
  test.each(CORPUS)('$name, all is accounted for, and its neighbours are as without it', async ({ bytes, counts, code }) => {
    const run = await runHostile([bytes]);
    const found = countsOf(run.report);
    const read = Object.values(counts).reduce((sum, count) => sum + count, 0);
    expect(found).toEqual({ ...NONE, read, ...counts });
    expect(conservationDifference(run.report.counts)).toBe(0);
    expect(neighbours(run)).toEqual(undisturbed);

    expect(refusedEvents(run.refusals)).toBe(counts.invalid ?? 0);
    expect(new Set(run.refusals.map(({ id, part }) => `${id} ${part?.number}`)).size).toBe(run.refusals.length);
    expect(run.refusals.filter(({ part }) => part === undefined).length).toBeLessThanOrEqual(DOCUMENTS_MAX);
    for (const refusal of run.refusals) expect(JSON.stringify(refusal).length).toBeLessThan(1_000_000);
    if (code !== undefined) expect(run.refusals[0]?.reason.code).toBe(code);
    expect(isPolluted()).toBe(false);
  });
});
