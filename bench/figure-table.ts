import { markdownTable } from 'markdown-table';
import { type Figure, isMet } from './benchmark.ts';

const significant = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 4 });
const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** Figures as a table that a terminal and a page of the documentation can show. */
export function figureTable(figures: readonly Figure[]): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${formatted(figure.value)} ${figure.unit}`,
    boundOf(figure),
    boundOf(figure) === '' ? '' : isMet(figure) ? 'met' : 'NOT MET',
    figure.note ?? '',
  ]);
  return markdownTable([['what', 'measured', 'must be', '', 'note'], ...rows], { align: ['l', 'r', 'r', 'l', 'l'] });
}

function boundOf({ atMost, atLeast }: Figure): string {
  return [atLeast === undefined ? '' : `≥ ${formatted(atLeast)}`, atMost === undefined ? '' : `≤ ${formatted(atMost)}`]
    .filter((bound) => bound !== '')
    .join(', ');
}

function formatted(value: number): string {
  return Math.abs(value) >= 1_000 ? whole.format(value) : significant.format(value);
}
