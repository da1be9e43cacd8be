import { tooMany } from './event-count.ts';

/**
 * The lines of a text, without blank ones.
 *
 * @throws {InvalidRecord} when there are too many, blank or not.
 */
export function linesIn(text: string, countMax: number): readonly string[] {
  const lines: string[] = [];
  for (let from = 0, count = 0; from < text.length; count++) {
    if (count === countMax) throw tooMany(countMax);
    const newline = text.indexOf('\n', from);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(from, end).trim();
    if (line !== '') lines.push(line);
    from = end + 1;
  }
  return lines;
}
