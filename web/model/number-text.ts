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

// A result may be all that was said in a window.
const TEXT_SHOWN = 160;

/** A result of an aggregate, in a line: its beginning, where it is long. */
export function resultText(result: unknown): string {
  if (typeof result === 'number') return exact.format(result);
  // Of a number, say, that there was nothing to compute from.
  if (result === null || result === undefined) return '–';
  const text = typeof result === 'string' ? result : JSON.stringify(result);
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN - 1)}…` : text;
}

/** The word for so many events. */
export function eventsWord(count: number): string {
  return count === 1 ? 'event' : 'events';
}

const dollars = new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' });
const size = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

export function dollarsText(amount: number): string {
  return dollars.format(amount);
}

/** `35.8 KB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} B`;
  return bytes < 1_024 ** 2 ? `${size.format(bytes / 1_024)} KB` : `${size.format(bytes / 1_024 ** 2)} MB`;
}
