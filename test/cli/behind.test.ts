import { expect, test } from 'vitest';
import { behind } from '../../cli/view/behind.ts';

test.each([
  [0, '0 s behind'],
  [119_000, '119 s behind'],
  [120_000, '2 min behind'],
  [7_199_000, '120 min behind'],
  [7_200_000, '2 h behind'],
  [172_800_000, '2 days behind'],
  [809_272_237_000, '9,367 days behind'],
  [-400_000, '7 min ahead'],
])('%d ms are %s', (lagMs, text) => {
  expect(behind(lagMs)).toBe(text);
});
