import { readFileSync } from 'node:fs';
import type { Earthquake } from '../../examples/earthquakes.ts';

// What is expected of the earthquakes example, computed by looking at all reports at once: nothing of the engine is asked.

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BOUND_MS = 6 * HOUR_MS;
const SWARM_LATENESS_MS = DAY_MS;
const DAY_LATENESS_MS = 12 * HOUR_MS;

/** The reports in the order in which they were last revised. */
export function earthquakesByArrival(): Earthquake[] {
  const file = new URL('../data/earthquakes.json', import.meta.resolve('vega-datasets'));
  const { features } = JSON.parse(readFileSync(file, 'utf8')) as { features: Earthquake[] };
  return features.toSorted((a, b) => a.properties.updated - b.properties.updated);
}

/** The watermark when each of the shards has delivered these reports. */
export function watermarkOf(shards: readonly (readonly Earthquake[])[]): number {
  return Math.min(...shards.map((shard) => Math.max(...shard.map(({ properties }) => properties.time)) - BOUND_MS - 1));
}

/** A report with the watermark that was in force when it came. */
export interface Arrival {
  readonly quake: Earthquake;
  readonly watermark: number;
}

export function isForSwarms({ quake, watermark }: Arrival): boolean {
  return quake.properties.time + HOUR_MS + SWARM_LATENESS_MS > watermark;
}

/** The ends of the days that hold a report and still take it. */
export function daysFor({ quake, watermark }: Arrival): number[] {
  const firstEnd = Math.floor(quake.properties.time / HOUR_MS) * HOUR_MS + HOUR_MS;
  const ends = Array.from({ length: 24 }, (_, hour) => firstEnd + hour * HOUR_MS);
  return ends.filter((end) => end - 1 + DAY_LATENESS_MS > watermark);
}

export interface Swarm {
  readonly net: string;
  readonly start: number;
  readonly end: number;
  readonly quakes: number;
  readonly largest: number;
  readonly regions: number;
}

/** Per network: reports no farther than an hour from the one before. */
export function swarmsOf(quakes: readonly Earthquake[]): Swarm[] {
  const swarms: Swarm[] = [];
  for (const [net, reports] of Map.groupBy(quakes, ({ properties }) => properties.net)) {
    const inOrder = reports.toSorted((a, b) => a.properties.time - b.properties.time);
    const groups: Earthquake[][] = [];
    for (const quake of inOrder) {
      const group = groups.at(-1);
      const before = group?.at(-1);
      if (group !== undefined && before !== undefined && quake.properties.time - before.properties.time <= HOUR_MS) group.push(quake);
      else groups.push([quake]);
    }
    for (const group of groups) {
      const times = group.map(({ properties }) => properties.time);
      swarms.push({
        net,
        start: Math.min(...times),
        end: Math.max(...times) + HOUR_MS,
        quakes: group.length,
        largest: Math.max(...group.map(({ properties }) => properties.mag)),
        regions: new Set(group.map(({ properties }) => properties.place.split(', ').at(-1))).size,
      });
    }
  }
  return swarms.toSorted((a, b) => a.start - b.start || (a.net < b.net ? -1 : 1));
}

/** `ci 1517443200000` (network, end of the day) → the magnitudes of that day, rising. */
export function daysOf(arrivals: readonly Arrival[]): Map<string, number[]> {
  const days = new Map<string, number[]>();
  for (const arrival of arrivals) {
    const { net, mag } = arrival.quake.properties;
    for (const end of daysFor(arrival)) {
      const magnitudes = days.get(`${net} ${end}`) ?? [];
      days.set(
        `${net} ${end}`,
        [...magnitudes, mag].sort((a, b) => a - b),
      );
    }
  }
  return days;
}

/** Of magnitudes in order, the one at rank ⌊p · (n − 1)⌋. */
export function percentileOf(rising: readonly number[], p: number): number {
  return rising[Math.floor(p * (rising.length - 1))] as number;
}
