import { expect, test } from 'vitest';
import { COST_SAMPLES } from './cost-tables.ts';
import { type Page, pages } from './pages.ts';

const page = pages().find(({ path }) => path === 'docs/COST.md') as Page;

// What is expected is what belongs there.
test.each(Object.entries(COST_SAMPLES))('docs/COST.md shows what the model says: %s', (_what, sample) => {
  expect(page.text).toContain(sample);
});
