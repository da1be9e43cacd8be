import type { Pane } from 'mullion';
import type { Flight } from '../../examples/flights.ts';

// What is expected of the flights example, by the calendar and from the text of the dates: nothing of the engine is asked.

export type Departures = { flights: number; meanDelay: number; worst: number };

/** `ATL 2001/01/10` → that day's figures. */
export function departuresByAirportAndDay(all: readonly Flight[]): Map<string, Departures> {
  const groups = Map.groupBy(all, ({ origin, date }) => `${origin} ${date.slice(0, 10)}`);
  const figures = new Map<string, Departures>();
  for (const [place, group] of groups) {
    const delays = group.map(({ delay }) => delay);
    figures.set(place, {
      flights: group.length,
      meanDelay: delays.reduce((sum, delay) => sum + delay, 0) / group.length,
      worst: Math.max(...delays),
    });
  }
  return figures;
}

/** The airport and day that a pane, or a refusal, is about, in the same words. */
export function placeOf({ key, start }: Pick<Pane, 'key' | 'start'>): string {
  return `${key} ${new Date(start).toISOString().slice(0, 10).replaceAll('-', '/')}`;
}
