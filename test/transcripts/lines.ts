import type { Pane } from 'mullion';
import type { Refusal } from '../../shared/log/refusal.ts';
import type { ExpectedPane, ExpectedRefusal } from './transcript.ts';

/** What comes out, and what should, each as one line that says all of it: two are the same when their lines are. */

type Bounds = readonly [start: number, end: number];

export function paneLine({ window, of, key, timing, index, isLast, isRetraction, count, value }: ExpectedPane, onlyWindow: string): string {
  const said = `${isRetraction ? 'withdrawn ' : ''}${timing} ${index}${isLast ? ', the last' : ''}`;
  return `${of ?? onlyWindow} ${showBounds(window)} ${key}: ${said}; ${count} events, value ${value}`;
}

export function lineOfPane({ window, start, end, key, pane, count, value }: Pane): string {
  const { timing, index, isLast, isRetraction = false } = pane;
  return paneLine(
    { window: [start, end], of: window, key, timing, index, isLast, isRetraction, count, value: value.total as number },
    window,
  );
}

export function refusalLine(refusal: ExpectedRefusal): string {
  if ('late' in refusal) {
    return `${showTime(refusal.late)} is late for ${refusal.windows.join(', ')} at watermark ${showTime(refusal.watermark)}`;
  }
  if ('invalid' in refusal) return `${showTime(refusal.invalid)} is invalid: ${refusal.code}`;
  const { lateDelta, key, count, watermark } = refusal;
  return `${count} events are late for ${showBounds(lateDelta)} ${key} at watermark ${showTime(watermark)}`;
}

export function lineOfRefusal(refusal: Refusal): string {
  if (refusal.kind === 'lateDelta') {
    const { start, end, key, count, watermark } = refusal;
    return refusalLine({ lateDelta: [start, end], key, count, watermark });
  }
  if (refusal.kind === 'oversized') throw new Error(`${refusal.id}: no stream of a transcript has a limit`);
  const { at } = JSON.parse(Buffer.from(refusal.data, 'base64').toString('utf8')) as { at: number };
  const { kind, reason, windows = [], watermark = Number.NaN } = refusal;
  return refusalLine(kind === 'invalid' ? { invalid: at, code: reason.code } : { late: at, windows: [...windows], watermark });
}

/** Where lines differ from what they should be. */
export function differences(what: string, expected: readonly string[], came: readonly string[]): string[] {
  return Array.from({ length: Math.max(expected.length, came.length) }, (_, index) => {
    const [wanted, given] = [expected[index], came[index]];
    if (wanted === given) return [];
    if (given === undefined) return [`missing ${what}: ${wanted}`];
    if (wanted === undefined) return [`unexpected ${what}: ${given}`];
    return [`${what} ${index + 1}: expected ${wanted}\n${' '.repeat(what.length + 5)}but came ${given}`];
  }).flat();
}

/** Where a number differs from what it should be, if anything is said of that. */
export function difference(what: string, expected: number | undefined, came: number | undefined): string[] {
  return expected === undefined || expected === came ? [] : [`${what}: expected ${showTime(expected)}, came ${showTime(came)}`];
}

// Small numbers are times of a drawing, large ones are dates.
const DRAWN_MAX = 10_000_000;

function showTime(time: number | undefined): string {
  if (time === undefined || Math.abs(time) <= DRAWN_MAX || Number.isNaN(new Date(time).getTime())) return String(time);
  return new Date(time).toISOString();
}

function showBounds([start, end]: Bounds): string {
  return `[${showTime(start)}, ${showTime(end)})`;
}
