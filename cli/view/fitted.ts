const INDENT = ' '.repeat(4);
const GAP = '  ';

/** How wide standard output is, where it is a terminal. */
export const terminalWidth = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

/**
 * A row and its results in one line, where that is not too long for the terminal; else the results below it, in as many lines as they need. A line that
 * a terminal would wrap anywhere is no row of a table any more.
 *
 * @param width Absent where there is no terminal: then everything is in one line.
 */
export function fitted(head: string, results: readonly string[], width: number | undefined): string[] {
  const whole = [head, ...results].join(GAP).trimEnd();
  if (width === undefined || whole.length <= width) return [whole];
  const below: string[] = [];
  for (const result of results) {
    const last = below.at(-1);
    const longer = `${last}${GAP}${result}`;
    if (last !== undefined && longer.trimEnd().length <= width) below[below.length - 1] = longer;
    else below.push(`${INDENT}${result}`);
  }
  return [head, ...below].map((line) => cut(line.trimEnd(), width));
}

/** What is too long by itself. */
function cut(line: string, width: number): string {
  return line.length <= width ? line : `${line.slice(0, width - 1)}…`;
}
