import { expect, test } from 'vitest';
import { COST_SAMPLES, socketTable } from './cost-tables.ts';
import { type Page, pages } from './pages.ts';

const pageAt = (wanted: string) => pages().find(({ path }) => path === wanted) as Page;

// What is expected is what belongs there.
test.each(Object.entries(COST_SAMPLES))('docs/COST.md shows what the model says: %s', (_what, sample) => {
  expect(pageAt('docs/COST.md').text).toContain(sample);
});

test('docs/WEBSOCKET.md shows what the model says', () => {
  expect(pageAt('docs/WEBSOCKET.md').text).toContain(socketTable());
});
