import { readFileSync } from 'node:fs';
import type { Flight } from '../examples/flights.ts';

const MINUTE_MS = 60_000;

/** Where the flights are: a file of the npm package vega-datasets. */
export const FLIGHTS_FILE = new URL('../data/flights-20k.json', import.meta.resolve('vega-datasets'));

/**
 * The flights in the order in which an airport would have reported them: by actual departure, scheduled time plus delay. By their event
 * time, the scheduled departure, they are out of order, as far as flights are late in the real world.
 */
export function flightsByArrival(): Flight[] {
  const flights = JSON.parse(readFileSync(FLIGHTS_FILE, 'utf8')) as Flight[];
  const departedMs = ({ date, delay }: Flight) => Date.parse(`${date} UTC`) + delay * MINUTE_MS;
  return flights.toSorted((a, b) => departedMs(a) - departedMs(b));
}
