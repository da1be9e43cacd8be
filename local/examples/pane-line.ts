import type { Pane } from '../../shared/pipeline/pane.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';

const decimals = new Intl.NumberFormat('en-US', { maximumFractionDigits: 2 });
const NAME_WIDTH = 12;
const KEY_WIDTH = 9;

/** `12:00:05–12:00:10  everyFive    Berlin    ON_TIME  total 135  average 22.5  users 3` */
export function paneLine({ window, key, start, end, pane, value }: Pane): string {
  const results = Object.entries(value).flatMap(([name, result]) => resultsOf(name, result));
  return `${clock(start)}–${clock(end)}  ${window.padEnd(NAME_WIDTH)} ${key.padEnd(KEY_WIDTH)} ${pane.timing.padEnd(8)} ${results.join('  ')}`;
}

/** `── watermark 12:00:10 ──` */
export function firingLine({ watermark }: Pane): string {
  return `── ${watermark === END_OF_TIME ? 'the rest' : `watermark ${clock(watermark)}`} ──`;
}

function resultsOf(name: string, result: unknown): string[] {
  if (typeof result === 'number') return [`${name} ${decimals.format(result)}`];
  if (result === null) return [`${name} –`];
  if (typeof result === 'object' && !Array.isArray(result))
    return Object.entries(result).flatMap(([field, inner]) => resultsOf(`${name}.${field}`, inner));
  return [`${name} ${JSON.stringify(result)}`];
}

function clock(time: number): string {
  return new Date(time).toISOString().slice(11, 19);
}
