import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { FAULTS } from '../simulation/faults.ts';
import { ROOT } from './pages.ts';

const ROW = /^\| (?<number>\d+) \|.*\| `(?<path>[^`]+)`: \*(?<title>.+)\* \| (?<simulated>.*)\|$/gm;
const text = readFileSync(join(ROOT, 'docs', 'FAULTS.md'), 'utf8');
const rows = [...text.matchAll(ROW)].map(({ groups }) => groups as Record<'number' | 'path' | 'title' | 'simulated', string>);

test('every fault is numbered', () => {
  expect(rows.map(({ number }) => Number(number))).toEqual(Array.from({ length: 39 }, (_, index) => index + 1));
});

test.each(rows)('fault $number is shown by a test that is there', ({ path, title, simulated }) => {
  expect(readFileSync(join(ROOT, path), 'utf8')).toContain(title);
  for (const [, name = ''] of simulated.matchAll(/`([^`]+)`/g)) expect(FAULTS).toHaveProperty(name);
});
