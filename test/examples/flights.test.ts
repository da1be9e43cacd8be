import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pane } from 'mullion';
import { describe, expect, test } from 'vitest';
import { runPipeline } from '../../cli/run/run-pipeline.ts';
import flights, { type Flight } from '../../examples/flights.ts';
import { FLIGHTS_FILE, flightsByArrival } from '../../local/flights-by-arrival.ts';
import { pipelineFromFile } from '../../functions/configuration-file.ts';
import { MemoryPublisher } from '../../shared/adapters/memory/memory-publisher.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { type Departures, departuresByAirportAndDay, placeOf } from './plain-flights.ts';

async function run(input: readonly Flight[], batchSize: number, pipeline = flights as Pipeline) {
  const output = new MemoryPublisher();
  const side = new MemoryPublisher();
  async function* events() {
    yield input.map((flight) => ({ data: JSON.stringify(flight), encoding: 'utf8' as const }));
  }
  const { report } = await runPipeline({ pipeline, events: events(), output, side, batchSize });
  return { report, panes: output.documents<Pane<Departures>>(), refused: side.documents<RecordRefusal>() };
}

describe('20,000 real flights', () => {
  test('in the order of their schedule: one pane a day and airport, each equal to the plain computation', async () => {
    const all = JSON.parse(readFileSync(FLIGHTS_FILE, 'utf8')) as Flight[];
    const { panes, refused, report } = await run(all, 1_000);

    const expected = departuresByAirportAndDay(all);
    expect(new Map(panes.map((pane) => [placeOf(pane), pane.value]))).toEqual(expected);
    expect(panes).toHaveLength(expected.size);
    for (const pane of panes) {
      expect(pane.pane).toEqual({ timing: 'ON_TIME', index: 0, isFirst: true, isLast: expect.any(Boolean) });
      expect(pane.count).toBe(pane.value.flights);
      expect(pane.end - pane.start).toBe(86_400_000);
    }
    expect(refused).toEqual([]);
    expect(report.counts).toEqual({ read: 20_000, folded: 20_000, filtered: 0, late: 0, invalid: 0 });
  });

  test('give the same without code, by examples/flights.yaml', async () => {
    const configured = pipelineFromFile(join(import.meta.dirname, '../../examples/flights.yaml'));
    expect(configured.fingerprint).toBe(flights.fingerprint);
    const arrivals = flightsByArrival();
    const [here, there] = [await run(arrivals, 1_000, configured), await run(arrivals, 1_000)];
    expect(here.report.counts).toEqual(there.report.counts);
    expect(here.panes).toEqual(there.panes);
    // The command takes an event for arrived when it reads it.
    expect(here.refused.map(({ id, reason }) => [id, reason])).toEqual(there.refused.map(({ id, reason }) => [id, reason]));
    expect(here.panes.length).toBeGreaterThan(1_000);
  });

  test.each([100, 1_000, 20_000])(
    'in the order of their departure, %i at a time: what was too late is on the side stream, all else in the panes',
    async (batchSize) => {
      const arrivals = flightsByArrival();
      const { panes, refused, report } = await run(arrivals, batchSize);

      const lateIndexes = new Set(refused.map(({ id }) => Number(id.split(':')[1]) - 1));
      const accepted = arrivals.filter((_flight, index) => !lateIndexes.has(index));
      const last = new Map(panes.map((pane) => [placeOf(pane), pane.value]));
      expect(last).toEqual(departuresByAirportAndDay(accepted));

      // Every refused flight really was out of reach: more than the bound and the allowed lateness behind what had come before its batch.
      for (const index of lateIndexes) {
        const dayEnd = Date.parse(`${arrivals[index]?.date.slice(0, 10)} 24:00 UTC`);
        const seen = arrivals.slice(0, Math.floor(index / batchSize) * batchSize).map(({ date }) => Date.parse(`${date} UTC`));
        const newest = seen.reduce((max, time) => Math.max(max, time), Number.NEGATIVE_INFINITY);
        expect(newest - 3_600_000 - 1).toBeGreaterThanOrEqual(dayEnd - 1 + 2 * 3_600_000);
      }
      expect(report.counts).toEqual({ read: 20_000, folded: 20_000 - lateIndexes.size, filtered: 0, late: lateIndexes.size, invalid: 0 });
      if (batchSize === 100) expect(lateIndexes.size).toBeGreaterThan(0);

      // Per airport and day: the first pane on time, every further one late, numbered without a gap.
      for (const [, group] of Map.groupBy(panes, placeOf)) {
        expect(group.map(({ pane }) => pane.index)).toEqual(group.map((_pane, index) => index));
        expect(group.slice(1).every(({ pane }) => pane.timing === 'LATE')).toBe(true);
        expect(group.map(({ pane }) => pane.isLast).indexOf(true)).toBeOneOf([-1, group.length - 1]);
      }
    },
  );
});
