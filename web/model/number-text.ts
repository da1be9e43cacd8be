const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const exact = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const short = new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 });

/** `12,345`. */
export function countText(count: number): string {
  return whole.format(count);
}

/** `12.3K`, where there is little room. */
export function shortCount(count: number): string {
  return count < 10_000 ? whole.format(count) : short.format(count);
}

/** A result of an aggregate, in a line. */
export function resultText(result: unknown): string {
  if (typeof result === 'number') return exact.format(result);
  return typeof result === 'string' ? result : JSON.stringify(result);
}
