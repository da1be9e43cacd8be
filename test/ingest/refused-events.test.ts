import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { delivered, deliveries, measured, SHARD, sequenceNumber } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';

const PLACE = `${SHARD}:${sequenceNumber(1)}`;
const line = (at: number) => JSON.stringify(measured(at));

/** Which events bits stand for. */
function indexesIn(bits: string): number[] {
  const bytes = Buffer.from(bits, 'base64');
  return Array.from({ length: bytes.length * 8 }, (_, index) => index).filter(
    (index) => ((bytes[index >> 3] as number) >> (index & 7)) & 1,
  );
}

async function refusalsOf(payload: string | Uint8Array, deployment = new MemoryDeployment()) {
  const report = await deployment.ingest().ingest(SHARD, [delivered(1, payload)]);
  return { report, refusals: deployment.refusals as RecordRefusal[] };
}

describe('of a record that holds many events which are refused', () => {
  const EVERY_SECOND = Array.from({ length: 1_000 }, (_, n) => (n % 2 === 0 ? line(n) : '{"at":null}')).join('\n');

  test('the first hundred leave alone, and the others together, as the record that they came in', async () => {
    const payload = gzipSync(EVERY_SECOND);
    const { report, refusals } = await refusalsOf(payload);
    expect(report.counts).toMatchObject({ read: 1_000, folded: 500, invalid: 500 });
    expect(refusals).toHaveLength(101);
    for (const [n, refusal] of refusals.slice(0, 100).entries())
      expect(refusal).toMatchObject({ id: `${PLACE}:${2 * n + 1}`, data: Buffer.from('{"at":null}').toString('base64') });
    const others = refusals[100] as RecordRefusal;
    expect(others).toMatchObject({
      kind: 'invalid',
      id: `${PLACE}:invalid`,
      reason: { code: 'timestamp' },
      data: payload.toString('base64'),
    });
    expect(others.events?.count).toBe(400);
    expect(indexesIn(others.events?.bits as string)).toEqual(Array.from({ length: 400 }, (_, n) => 2 * n + 201));
  });

  test('no more than 100,000 characters of them leave alone', async () => {
    const large = JSON.stringify({ x: 'x'.repeat(30_000) });
    const { refusals } = await refusalsOf([line(1), large, large, '{', large, large, '{'].join('\n'));
    expect(refusals.map(({ id, events }) => [id.slice(PLACE.length), events && indexesIn(events.bits)])).toEqual([
      [':1', undefined],
      [':2', undefined],
      [':3', undefined],
      [':4', undefined],
      [':invalid', [5, 6]],
    ]);
  });

  test('those that are late leave likewise, and each is counted', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, deliveries([measured(1_000), measured(1_000_000)], -1));
    await deployment.fire().fire();
    const late = Array.from({ length: 300 }, (_, n) => line(n)).join('\n');
    const { report, refusals } = await refusalsOf(`${late}\n{"at":null}`, deployment);
    expect(report).toMatchObject({ counts: { read: 301, late: 300, invalid: 1 }, lateness: { minMs: 994_999 - 299, maxMs: 994_999 } });
    expect(refusals.filter(({ kind }) => kind === 'late')).toHaveLength(101);
    expect(refusals.at(-1)).toMatchObject({
      kind: 'late',
      id: `${PLACE}:late`,
      reason: { code: 'late' },
      windows: ['sensors', 'buildings'],
      watermark: 994_999,
      events: { count: 200 },
    });
  });

  test('every record has a hundred of its own', async () => {
    const deployment = new MemoryDeployment();
    const bad = delivered(1, '{}\n'.repeat(60));
    await deployment.ingest().ingest(SHARD, [bad, { ...bad, sequenceNumber: sequenceNumber(2) }]);
    expect(deployment.refusals).toHaveLength(120);
  });
});
