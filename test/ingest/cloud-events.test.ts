import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { CloudEvent } from 'mullion';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cloudEventsIn } from '../../shared/ingest/cloud-events.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { aggregated } from '../fixtures/aggregated.ts';
import { delivered, measured, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

const ATTRIBUTES = { specversion: '1.0', source: '/sensors', type: 'measured' };

/** A measurement that is a CloudEvent, too. */
const event = (n: number, fields: object = {}) => ({ ...ATTRIBUTES, id: `${n}`, ...measured(n * 1_000), ...fields });
const batchOf = (...events: readonly unknown[]) => JSON.stringify(events);

async function ingested(...payloads: readonly (string | Buffer)[]) {
  const deployment = new MemoryDeployment();
  const records = payloads.map((payload, index) => delivered(index + 1, payload, 200_000));
  const { counts } = await deployment.ingest().ingest(SHARD, records);
  const refusals = (deployment.refusals as RecordRefusal[]).map(({ id, reason, data }) => [
    id,
    reason.code,
    Buffer.from(data, 'base64').toString(),
  ]);
  return { counts, refusals };
}

describe('CloudEvents', () => {
  test('are events as they stand, alone, in lines and in batches, zipped or aggregated as well', async () => {
    const batch = batchOf(event(1), event(2));
    const { counts, refusals } = await ingested(
      JSON.stringify(event(0)),
      batch,
      ` \n${JSON.stringify([event(3), event(4)], undefined, 2)}\n`,
      gzipSync(batch),
      await aggregated([
        { partitionKey: 'a', data: Buffer.from(batch) },
        { partitionKey: 'b', data: gzipSync(batch) },
      ]),
      `${JSON.stringify(event(5))}\n${JSON.stringify(event(6))}`,
    );
    expect(counts).toMatchObject({ read: 13, folded: 13, invalid: 0 });
    expect(refusals).toEqual([]);
  });

  test('of a batch that are bad cost only themselves, and are refused with their places and bytes', async () => {
    const bad = '{"at":1.50, "sensor":"a1"}';
    const { counts, refusals } = await ingested(`[${JSON.stringify(event(1))}, ${bad} ,${JSON.stringify(event(2))},7]`);
    expect(counts).toMatchObject({ read: 4, folded: 2, invalid: 2 });
    expect(refusals).toEqual([
      [`${SHARD}:${sequenceNumber(1)}:1`, 'timestamp', bad],
      [`${SHARD}:${sequenceNumber(1)}:3`, 'timestamp', '7'],
    ]);
  });

  test('are cut out of a batch as they stood, whatever is in them', () => {
    const elements = fc.array(fc.json(), { maxLength: 10 });
    fc.assert(
      fc.property(elements, fc.constantFrom('', ' ', '\n\t'), (others, space) => {
        const first = JSON.stringify({ ...ATTRIBUTES, id: 'first', data: '[{"\\' } satisfies CloudEvent);
        const all = [first, ...others];
        expect(cloudEventsIn(`${space}[${all.map((element) => `${space}${element}${space}`).join(',')}]`)).toEqual(
          all.map((json) => json.trim()),
        );
      }),
    );
  });

  test.each(['[]', '[{}]', '[1]', '{"a":[]}', batchOf({ ...ATTRIBUTES }), '[{"specversion":"1.0"', 'x'])('are not in %s', (text) => {
    expect(cloudEventsIn(text)).toBeUndefined();
  });
});
