import { readFileSync } from 'node:fs';
import type { Earthquake } from '../../examples/earthquakes.ts';
import { byArrival, type ExampleEvent } from './example-event.ts';

/** A week of reports by the US Geological Survey, from the npm package vega-datasets. Each arrives when it was last revised, which for some is days after the earthquake. */
export function earthquakes(): ExampleEvent<Earthquake>[] {
  const file = new URL('../data/earthquakes.json', import.meta.resolve('vega-datasets'));
  const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: Earthquake[] };
  return byArrival(features.map((event) => ({ event, arrivedAtMs: event.properties.updated })));
}
