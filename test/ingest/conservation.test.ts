import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addCounts, conservationDifference, NO_RECORDS } from '../../shared/log/counts.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { anyMeasurement, delivered, OTHER_SHARD, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { SPARE_SENSOR, temperatures } from '../fixtures/temperature-pipeline.ts';

const ARRIVED_AT_MS = 200_000;

/** Unreadable records have no time; unfoldable ones have, and are invalid only where they are not too late to be looked at. */
type Sent = { kind: 'valid' | 'filtered' | 'unreadable' | 'unfoldable'; bytes: string };

const sent: fc.Arbitrary<Sent> = fc.oneof(
  { weight: 6, arbitrary: anyMeasurement.map((measurement): Sent => ({ kind: 'valid', bytes: JSON.stringify(measurement) })) },
  {
    weight: 1,
    arbitrary: anyMeasurement.map(
      (measurement): Sent => ({ kind: 'filtered', bytes: JSON.stringify({ ...measurement, sensor: SPARE_SENSOR }) }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('', '{', 'null', '{"at":0.5}', '{"at":99999999,"sensor":"a1","celsius":1}')
      .map((bytes): Sent => ({ kind: 'unreadable', bytes })),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom('{"at":1}', '{"at":1,"sensor":"a1"}', '{"at":1,"sensor":"","celsius":1}', '{"at":150000,"sensor":7,"celsius":1}')
      .map((bytes): Sent => ({ kind: 'unfoldable', bytes })),
  },
);

const step = fc.record({
  shard: fc.constantFrom(SHARD, OTHER_SHARD),
  batch: fc.array(sent, { maxLength: 8 }),
  redeliver: fc.boolean(),
  fire: fc.boolean(),
});

test('every record is folded, filtered, late or invalid: one of them, whatever is sent, repeated and fired in between', {
  timeout: 60_000,
}, async () => {
  let late = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 15 }), async (steps) => {
      const deployment = new MemoryDeployment(SHARD, OTHER_SHARD);
      const ingest = deployment.ingest();
      const fire = deployment.fire();
      const numbers = { [SHARD]: 0, [OTHER_SHARD]: 0 };
      for (const { shard, batch, redeliver, fire: fires } of steps) {
        const records = batch.map(({ bytes }) => delivered(++(numbers[shard] as number), bytes, ARRIVED_AT_MS));
        await ingest.ingest(shard, records);
        if (redeliver) await deployment.ingest().ingest(shard, records);
        if (fires) await fire.fire();
      }

      const commits = [...(await deployment.commits(SHARD)), ...(await deployment.commits(OTHER_SHARD))];
      const counts = commits.reduce((sum, commit) => addCounts(sum, commit.counts), NO_RECORDS);
      const all = steps.flatMap(({ batch }) => batch);
      const of = (kind: Sent['kind']) => all.filter((each) => each.kind === kind).length;
      for (const commit of commits) expect(conservationDifference(commit.counts)).toBe(0);
      expect(counts).toMatchObject({ read: all.length, filtered: of('filtered') });
      expect(counts.invalid).toBeGreaterThanOrEqual(of('unreadable'));
      expect(counts.invalid).toBeLessThanOrEqual(of('unreadable') + of('unfoldable'));
      expect(counts.folded).toBeLessThanOrEqual(of('valid'));
      late += counts.late;

      // What is in no window is on the side stream, each record once.
      const refusals = deployment.refusals.filter((refusal): refusal is RecordRefusal => refusal.kind !== 'lateDelta');
      expect(new Set(refusals.map(({ id }) => id)).size).toBe(counts.late + counts.invalid);
      expect(refusals).toHaveLength(counts.late + counts.invalid);

      // And for each window, every event is in it or counted as too late for it.
      for (const { name } of temperatures.operators) {
        const tables = commits.flatMap(({ deltas }) => deltas.filter(({ window }) => window === name)).map(({ table }) => table);
        const events = tables.reduce((sum, table) => table.keys.reduce((inTable, _key, row) => inTable + table.events.at(row), sum), 0);
        const tooLate = commits.reduce((sum, { lateByWindow }) => sum + (lateByWindow[name] ?? 0), 0);
        expect(events + tooLate).toBe(counts.folded + counts.late);
      }

      const report = await fire.fire();
      expect(report.counts).toEqual(counts);
    }),
    { numRuns: 120 },
  );
  // The histories above are of the kind that matters.
  expect(late).toBeGreaterThan(50);
});
