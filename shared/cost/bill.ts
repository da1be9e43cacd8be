/** One thing that is charged for, of a month. */
export interface BillLine {
  readonly what: string;
  readonly count: number;
  readonly unit: string;
  readonly dollars: number;
}

/** Lines that belong together. */
export interface BillPart {
  readonly name: string;
  readonly lines: readonly BillLine[];
  readonly dollars: number;
}

/** Leaves out what there is none of. */
export function billPart(name: string, lines: readonly BillLine[]): BillPart {
  return { name, lines: lines.filter(({ count }) => count > 0), dollars: sumOf(lines) };
}

export function sumOf(priced: readonly { readonly dollars: number }[]): number {
  return priced.reduce((sum, { dollars }) => sum + dollars, 0);
}

/** A count at a price for each. */
export function line(what: string, count: number, unit: string, dollarsEach: number): BillLine {
  return { what, count, unit, dollars: count * dollarsEach };
}
