import { markdownTable } from 'markdown-table';
import type { Plot, Plots } from './plot.ts';

// A picture, and the table that follows it.
const PICTURE = /(!\[[^\]]*\]\(growth\/([\w-]+)\.svg\)\n)(?:\n(?:\|.*\n)+)?/g;

/** A page with a table below each picture: the points that it shows. */
export function withTables(page: string, plots: Plots): string {
  return page.replaceAll(PICTURE, (whole, picture: string, name: string) => {
    const plot = plots[name];
    return plot === undefined ? whole : `${picture}\n${tableOf(plot)}\n`;
  });
}

function tableOf({ x, series }: Plot): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([at]) => at)))].sort((a, b) => a - b);
  const rows = series.map(({ name, points }) => {
    const ys = new Map(points);
    return [name, ...xs.map((at) => shown(ys.get(at)))];
  });
  return markdownTable([[x.what, ...xs.map(shown)], ...rows], { align: ['l', ...xs.map(() => 'r')] });
}

const digits = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

function shown(value: number | undefined): string {
  return value === undefined ? '' : digits.format(value);
}
