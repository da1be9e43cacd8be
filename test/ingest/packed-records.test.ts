import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { conservationDifference } from '../../shared/log/counts.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { aggregated } from '../fixtures/aggregated.ts';
import { anyMeasurement, delivered, measured, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { SPARE_SENSOR } from '../fixtures/temperature-pipeline.ts';
import { committedValues } from '../fixtures/window-values.ts';

const ARRIVED_AT_MS = 200_000;

/** What packs several events into the bytes of one record. */
const PACKERS: Readonly<Record<string, (events: readonly string[]) => Promise<Buffer> | Buffer>> = {
  lines: (events) => Buffer.from(events.join('\n')),
  'lines, zipped': (events) => gzipSync(events.join('\n')),
  aggregated: (events) => aggregated(events.map((event, index) => ({ partitionKey: `own ${index}`, data: Buffer.from(event) }))),
  'aggregated, each zipped': (events) => aggregated(events.map((event) => ({ partitionKey: 'one', data: gzipSync(event) }))),
};

const GOOD = [measured(1_000, 'a1', 21), measured(2_000, 'b1', 22), measured(3_000, 'a1', 23)].map((event) => JSON.stringify(event));
const BAD = ['{"at":', '{"at":1.5,"sensor":"a1","celsius":1}', '{"at":1000,"sensor":"","celsius":1}'];

describe.each(Object.entries(PACKERS))('events packed as %s', (_how, pack) => {
  test('are each folded, and a bad one costs its sender only', async () => {
    const deployment = new MemoryDeployment();
    const events = [GOOD[0], BAD[0], GOOD[1], BAD[1], BAD[2], GOOD[2]] as string[];
    const [before, packed, after] = [
      delivered(1, JSON.stringify(measured(0)), ARRIVED_AT_MS),
      delivered(2, await pack(events), ARRIVED_AT_MS),
      delivered(3, JSON.stringify(measured(4_000)), ARRIVED_AT_MS),
    ] as [InputRecord, InputRecord, InputRecord];
    const { counts } = await deployment.ingest().ingest(SHARD, [before, packed, after]);
    expect(counts).toMatchObject({ read: 8, folded: 5, invalid: 3 });
    const refusals = deployment.refusals as RecordRefusal[];
    expect(refusals.map(({ id, reason, data }) => [id, reason.code, Buffer.from(data, 'base64').toString()])).toEqual([
      [`${SHARD}:${sequenceNumber(2)}:1`, 'json', BAD[0]],
      [`${SHARD}:${sequenceNumber(2)}:3`, 'timestamp', BAD[1]],
      [`${SHARD}:${sequenceNumber(2)}:4`, 'key', BAD[2]],
    ]);
  });

  test('are in once however often their record is delivered', async () => {
    const deployment = new MemoryDeployment();
    const record = delivered(1, await pack(GOOD), ARRIVED_AT_MS);
    for (let delivery = 0; delivery < 3; delivery++) await deployment.ingest().ingest(SHARD, [record]);
    const [commit, ...more] = await deployment.commits();
    expect(more).toEqual([]);
    expect(commit).toMatchObject({ first: sequenceNumber(1), last: sequenceNumber(1), counts: { read: 3, folded: 3 } });
  });

  test('are the same as each alone: in windows, in the accounts and on the side stream', { timeout: 60_000 }, async () => {
    const event = fc.oneof(
      { weight: 6, arbitrary: anyMeasurement.map((measurement) => JSON.stringify(measurement)) },
      { weight: 1, arbitrary: anyMeasurement.map((measurement) => JSON.stringify({ ...measurement, sensor: SPARE_SENSOR })) },
      { weight: 1, arbitrary: fc.constantFrom('{"at":', ...BAD, '7', 'null') },
    );
    const batches = fc.array(
      fc.record({ records: fc.array(fc.array(event, { minLength: 2, maxLength: 6 }), { maxLength: 4 }), fires: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 6,
      },
    );
    let late = 0;
    await fc.assert(
      fc.asyncProperty(batches, async (steps) => {
        const [alone, packed] = [new MemoryDeployment(), new MemoryDeployment()];
        const [fireAlone, firePacked] = [alone.fire(), packed.fire()];
        let number = 0;
        for (const { records, fires } of steps) {
          // A record in which nothing looks like an event is one bad event and no lines: one good line makes it lines.
          const contents = records.map((events) => [GOOD[0] as string, ...events]);
          const singly: InputRecord[] = [];
          const together: InputRecord[] = [];
          for (const events of contents) {
            number += 10;
            for (const [index, each] of events.entries()) singly.push(delivered(number + index, each, ARRIVED_AT_MS));
            together.push(delivered(number, await pack(events), ARRIVED_AT_MS));
          }
          const { counts } = await alone.ingest().ingest(SHARD, singly);
          expect((await packed.ingest().ingest(SHARD, together)).counts).toEqual(counts);
          expect(conservationDifference(counts)).toBe(0);
          late += counts.late;
          if (fires) {
            const [{ watermark }, { watermark: other }] = [await fireAlone.fire(), await firePacked.fire()];
            expect(other).toBe(watermark);
          }
        }
        expect(committedValues(await packed.commits())).toEqual(committedValues(await alone.commits()));
        const told = ({ refusals }: MemoryDeployment) => (refusals as RecordRefusal[]).map(({ reason, data }) => [reason, data]);
        expect(told(packed)).toEqual(told(alone));
        expect(new Set(packed.refusals.map(({ id }) => id)).size).toBe(packed.refusals.length);
      }),
      { numRuns: 60 },
    );
    expect(late).toBeGreaterThan(10);
  });
});

test('a record that is packed and cannot be unpacked is refused whole, with its own bytes', async () => {
  const deployment = new MemoryDeployment();
  const bytes = (await aggregated([{ partitionKey: 'a', data: Buffer.from('{}') }])).subarray(0, -1);
  const record = delivered(2, bytes, ARRIVED_AT_MS);
  const { counts } = await deployment.ingest().ingest(SHARD, [delivered(1, GOOD[0] as string, ARRIVED_AT_MS), record]);
  expect(counts).toMatchObject({ read: 2, folded: 1, invalid: 1 });
  expect(deployment.refusals).toMatchObject([{ id: `${SHARD}:${sequenceNumber(2)}`, reason: { code: 'packed' }, data: record.data }]);
});

test('an event that is written over several lines is one event', async () => {
  const deployment = new MemoryDeployment();
  const text = JSON.stringify({ ...measured(1_000), nested: {} }, undefined, 2).replace('{}', '\n{}\n');
  const { counts } = await deployment.ingest().ingest(SHARD, [delivered(1, text, ARRIVED_AT_MS)]);
  expect(counts).toMatchObject({ read: 1, folded: 1 });
});
