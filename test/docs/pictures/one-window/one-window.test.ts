import { describe, expect, test } from 'vitest';
import { drawHistory } from './draw-history.ts';
import { type Order, runHistory } from './history.ts';

describe('the picture in docs/TRUST.md', () => {
  test('shows what goes wrong, and that nothing comes of it', async () => {
    const { shards, early, explanation, copies } = await runHistory();
    const outcomes = shards.flatMap(({ deliveries }) => deliveries);
    expect(outcomes.filter(({ outcome }) => outcome !== 'answered')).toHaveLength(1);
    expect(outcomes.filter(({ alreadyCommitted, commit }) => alreadyCommitted > 0 && commit !== undefined)).toHaveLength(1);
    expect(outcomes.filter(({ outcome, commit }) => outcome === 'answered' && commit === undefined)).toHaveLength(2);
    expect(early.epoch).toBe(0);
    const isIn = ({ at, item }: Order) => item === 'tea' && at < explanation.pane.end;
    const delivered = shards.flatMap(({ records, deliveries }) => deliveries.flatMap(({ first, last }) => records.slice(first - 1, last)));
    expect(delivered.filter(isIn)).toHaveLength(8);
    expect(explanation).toMatchObject({ accounts: 'balanced', events: 5, pane: { key: 'tea', value: { cups: 9 } } });
    expect(copies.length).toBeGreaterThan(1);
    expect(new Set(copies).size).toBe(1);
  });

  // `npx vitest run test/docs -u` draws it again.
  test('is a drawing of what the code does', async () => {
    await expect(drawHistory(await runHistory())).toMatchFileSnapshot('../../../../docs/one-window.svg');
  });
});
