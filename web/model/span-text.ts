const UNITS = [
  [365.25 * 86_400_000, 'year'],
  [86_400_000, 'day'],
  [3_600_000, 'h'],
  [60_000, 'min'],
  [1_000, 's'],
] as const;

/** How long, in two digits or so: `340 ms`, `2.1 s`, `4 min`, `3 days`, `25.8 years`. */
export function spanText(ms: number): string {
  const size = Math.abs(ms);
  const [scale, unit] = UNITS.find(([each]) => size >= each) ?? [1, 'ms'];
  const count = size / scale;
  const text = count < 10 && unit !== 'ms' ? String(Math.round(count * 10) / 10) : String(Math.round(count));
  return unit === 'day' || unit === 'year' ? `${text} ${unit}${text === '1' ? '' : 's'}` : `${text} ${unit}`;
}
