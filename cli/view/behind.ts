import { formatCount } from '../run/summary.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How far event time is behind the clock, or ahead of it, for a person, who compares no more than one unit. */
export function behind(lagMs: number): string {
  const sizeMs = Math.abs(lagMs);
  const [unitMs, name] =
    sizeMs < 2 * MINUTE_MS
      ? [SECOND_MS, 's']
      : sizeMs < 2 * HOUR_MS
        ? [MINUTE_MS, 'min']
        : sizeMs < 2 * DAY_MS
          ? [HOUR_MS, 'h']
          : [DAY_MS, 'days'];
  // The clock of this machine may be behind that of whoever sends events.
  return `${formatCount(Math.round(sizeMs / unitMs))} ${name} ${lagMs < 0 ? 'ahead' : 'behind'}`;
}
