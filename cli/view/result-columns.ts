import { resultFields } from '../../shared/pipeline/result-fields.ts';
import { printable } from '../printable.ts';

// So that the columns of small numbers do not grow with the second line already.
const NUMBER_WIDTH = 5;

const wholeNumbers = new Intl.NumberFormat('en-US');
const decimals = new Intl.NumberFormat('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** A result as it stands in a line: `users 3`. */
interface Result {
  readonly name: string;
  readonly text: string;
  readonly isNumber: boolean;
}

/** The results of windows, in columns that grow with what stands in them. */
export class ResultColumns {
  // By window and result: windows have columns of their own.
  readonly #widths = new Map<string, number>();

  /** `total 135.00`, `average 22.50`, `users     3` */
  cells(window: string, value: object): string[] {
    return Object.entries(value)
      .flatMap(([result, of]) => resultsOf(result, of))
      .map((result) => this.#aligned(window, result));
  }

  #aligned(window: string, { name, text, isNumber }: Result): string {
    const column = `${window} ${name}`;
    const width = Math.max(text.length, this.#widths.get(column) ?? (isNumber ? NUMBER_WIDTH : 0));
    this.#widths.set(column, width);
    return `${name} ${isNumber ? text.padStart(width) : text.padEnd(width)}`;
  }
}

function resultsOf(name: string, result: unknown): Result[] {
  return resultFields(name, result).map(([field, value]) => ({ name: field, ...shownValue(value) }));
}

function shownValue(value: unknown): Omit<Result, 'name'> {
  if (typeof value === 'number') return { text: (Number.isInteger(value) ? wholeNumbers : decimals).format(value), isNumber: true };
  // Of a number, say, that there was nothing to compute from.
  if (value === null || value === undefined) return { text: '–', isNumber: true };
  return { text: printable(JSON.stringify(value)), isNumber: false };
}
