const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** From mark to mark, rising. */
export const STEPS_MS = [
  ...[1, 2, 5].flatMap((each) => [each, 10 * each, 100 * each]).sort((a, b) => a - b),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * SECOND),
  ...[1, 2, 5, 10, 15, 30].map((each) => each * MINUTE),
  ...[1, 2, 3, 6, 12].map((each) => each * HOUR),
  ...[1, 2, 7, 14, 28, 91, 182, 364].map((each) => each * DAY),
];

export interface Tick {
  readonly time: number;
  readonly text: string;
}

/** Moments worth a mark between two times, no more than so many, in UTC. */
export function ticksBetween(from: number, to: number, countMax: number): Tick[] {
  const step = STEPS_MS.find((each) => (to - from) / each <= countMax) ?? DAY * Math.ceil((to - from) / DAY / countMax);
  const ticks: Tick[] = [];
  for (let time = Math.ceil(from / step) * step; time <= to; time += step) ticks.push({ time, text: timeText(time, step) });
  return ticks;
}

/** How much of event time is shown at first: some of the shortest windows, and all of a longer one where that is not too much. */
export function spanOf(lengthsMs: readonly number[]): number {
  if (lengthsMs.length === 0) return MINUTE;
  const shortest = Math.max(Math.min(...lengthsMs), 1);
  const longest = Math.max(...lengthsMs);
  return Math.max(10 * shortest, Math.min(1.6 * longest, 48 * shortest));
}

/** As exact as it must be to tell two marks apart. */
export function timeText(time: number, stepMs: number): string {
  const text = new Date(time).toISOString();
  if (stepMs >= DAY) return `${Number(text.slice(8, 10))} ${MONTHS[Number(text.slice(5, 7)) - 1]}`;
  if (stepMs >= MINUTE) return text.slice(11, 16);
  return stepMs >= SECOND ? text.slice(11, 19) : text.slice(11, 23);
}

/** `10 Jan 2001`. */
export function dateText(time: number): string {
  return `${timeText(time, DAY)} ${new Date(time).getUTCFullYear()}`;
}

/** Both bounds of a window, the day where it matters. */
export function boundsText(start: number, end: number): string {
  const step =
    end - start >= DAY
      ? DAY
      : start % MINUTE === 0 && end % MINUTE === 0
        ? MINUTE
        : (end - start) % SECOND === 0 && start % SECOND === 0
          ? SECOND
          : 1;
  if (step === DAY) return start % DAY === 0 && end - start === DAY ? dateText(start) : `${dateText(start)} – ${dateText(end)}`;
  return `${timeText(start, step)} – ${timeText(end, step)}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
