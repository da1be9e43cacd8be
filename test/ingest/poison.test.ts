import { Buffer } from 'node:buffer';
import { boundedOutOfOrderness, count, pipeline, sum, tumbling } from 'mullion';
import { describe, expect, test } from 'vitest';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { decodeCommit } from '../../shared/log/commit.ts';
import { shardLog } from '../../shared/log/keys.ts';
import { ORIGIN } from '../../shared/log/position.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import { deliveries, delivered, measured, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { Interrupted, InterruptedStore, once } from '../fixtures/interrupted-store.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { committedValues, expectedValues } from '../fixtures/window-values.ts';
import { FIRST_HOUR } from '../fixtures/fold-event.ts';

const ARRIVED_AT_MS = Date.parse('2001-01-10T18:20:00Z');
const HOUR_MS = 3_600_000;
const json = (fields: object) => JSON.stringify({ ...measured(ARRIVED_AT_MS, 'a1', 20), ...fields });
/** JSON text with a number in it that `JSON.stringify` would not write. */
const jsonAt = (at: string) => `{"at":${at},"sensor":"a1","celsius":20}`;

const GOOD = [measured(ARRIVED_AT_MS - 2_000, 'a1', 21), measured(ARRIVED_AT_MS - 1_000, 'b1', 22)];

async function refusalOf(poison: InputRecord) {
  const deployment = new MemoryDeployment();
  const [before, after] = GOOD.map((measurement, index) => delivered(index === 0 ? 1 : 3, JSON.stringify(measurement), ARRIVED_AT_MS));
  const report = await deployment.ingest().ingest(SHARD, [before, poison, after] as InputRecord[]);
  return { deployment, report, refusals: deployment.refusals as RecordRefusal[] };
}

describe('a poisoned record goes to the side stream, and its batch succeeds without it', () => {
  test.each<[what: string, bytes: string | Buffer, code: string, message: string]>([
    ['nothing', '', 'json', 'the payload is not JSON: Unexpected end of JSON input'],
    ['a cut document', '{"at":', 'json', 'the payload is not JSON'],
    ['plain text', 'hello', 'json', 'the payload is not JSON'],
    ['two documents', '{}{}', 'json', 'the payload is not JSON'],
    ['two documents over several lines', '{\n}\n{\n}', 'json', 'the payload is not JSON: it is several objects, and not one a line'],
    ['NaN, which JSON has not', jsonAt('NaN'), 'json', 'the payload is not JSON'],
    ['a document nested without end', '['.repeat(200_000), 'json', 'the payload is not JSON'],
    ['bytes that are no text', Buffer.from([0x7b, 0xff, 0xfe, 0x7d]), 'utf8', 'the payload is not UTF-8 text'],
    ['null', 'null', 'timestamp', 'timestamp threw TypeError: '],
    ['a number', '7', 'timestamp', 'timestamp gave undefined; needed: whole milliseconds since 1970'],
    ['an array, which has an `at` of its own', '[]', 'timestamp', 'timestamp gave a function'],
    ['no time', json({ at: undefined }), 'timestamp', 'timestamp gave undefined'],
    ['a time of null', json({ at: null }), 'timestamp', 'timestamp gave null'],
    ['a time that is text', json({ at: '2001-01-10' }), 'timestamp', "timestamp gave '2001-01-10'"],
    ['a time that is an object', json({ at: {} }), 'timestamp', 'timestamp gave an object'],
    ['half a millisecond', json({ at: ARRIVED_AT_MS - 0.5 }), 'timestamp', 'timestamp gave 979150799999.5; needed: whole milliseconds'],
    ['a time beyond all numbers', jsonAt('1e999'), 'timestamp', 'timestamp gave Infinity'],
    ['a time beyond all dates', jsonAt('8640000000000001'), 'timestamp', 'timestamp gave 8640000000000001'],
    ['a time before all dates', jsonAt('-8640000000000001'), 'timestamp', 'timestamp gave -8640000000000001'],
    [
      'the year 9999',
      json({ at: Date.parse('9999-12-31T00:00:00Z') }),
      'future',
      'ms beyond its arrival; allowed: 3600000 ms (maxFutureSkew)',
    ],
    ['a clock a little too far ahead', json({ at: ARRIVED_AT_MS + HOUR_MS + 1 }), 'future', 'its time lies 3600001 ms beyond its arrival'],
    ['seconds taken for microseconds', json({ at: ARRIVED_AT_MS * 1_000 }), 'future', 'beyond its arrival'],
    [
      'no key',
      json({ sensor: undefined }),
      'key',
      'windows.sensors.keyBy gave undefined; needed: text of 1 to 256 characters, or a number',
    ],
    ['an empty key', json({ sensor: '' }), 'key', "windows.sensors.keyBy gave ''"],
    ['a key that is an object', json({ sensor: {} }), 'key', 'windows.sensors.keyBy gave an object'],
    ['a key that is true', json({ sensor: true }), 'key', 'windows.sensors.keyBy gave true'],
    ['a key of 257 characters', json({ sensor: 'x'.repeat(257) }), 'key', 'needed: text of 1 to 256 characters'],
    ['a key with half a character', '{"at":979150800000,"sensor":"a\\ud800","celsius":1}', 'key', 'windows.sensors.keyBy gave'],
    ['a key that only one window cannot use', json({ sensor: 7 }), 'key', 'windows.buildings.keyBy threw TypeError: '],
    ['no value', json({ celsius: undefined }), 'value', 'windows.sensors.aggregate.mean gave undefined; needed: a finite number'],
    ['a value that is text', json({ celsius: '20' }), 'value', "windows.sensors.aggregate.mean gave '20'"],
    [
      'a value beyond all numbers',
      '{"at":979150800000,"sensor":"a1","celsius":1e999}',
      'value',
      'windows.sensors.aggregate.mean gave Infinity',
    ],
  ])('%s', async (_what, bytes, code, message) => {
    const { deployment, report, refusals } = await refusalOf(delivered(2, bytes, ARRIVED_AT_MS));
    expect(report.counts).toEqual({ read: 3, folded: 2, filtered: 0, late: 0, invalid: 1 });
    expect(refusals).toEqual([
      {
        kind: 'invalid',
        id: `${SHARD}:${sequenceNumber(2)}`,
        pipeline: 'temperatures',
        reason: { code, message: expect.stringContaining(message) },
        partitionKey: 'partition 2',
        arrivedAtMs: ARRIVED_AT_MS,
        data: Buffer.from(bytes).toString('base64'),
      },
    ]);
    expect(refusals[0]?.reason.message.length).toBeLessThanOrEqual(500);
    // The others are folded as if it had never been there; the clock is theirs.
    expect(committedValues(await deployment.commits())).toEqual(expectedValues(GOOD));
    expect(await deployment.commits()).toMatchObject([
      { clocks: { '*': { time: ARRIVED_AT_MS - 1_000 } }, first: sequenceNumber(1), last: sequenceNumber(3) },
    ]);
  });

  test.each(['%%%%', 'e30=\n', 'not base64!', 'AAAA====AAAA'])('data that is not base64: %o', async (data) => {
    const { report, refusals } = await refusalOf({ ...delivered(2, ''), data });
    expect(report.counts).toMatchObject({ folded: 2, invalid: 1 });
    expect(refusals).toMatchObject([{ reason: { code: 'base64', message: 'the payload is not base64' }, data }]);
  });

  test('alone in its batch it is a commit without a clock: the watermark stays where it was', async () => {
    const deployment = new MemoryDeployment();
    const ingest = deployment.ingest();
    await ingest.ingest(SHARD, [delivered(1, 'poison')]);
    expect((await deployment.commits())[0]).toMatchObject({ clocks: {} });
    await ingest.ingest(SHARD, deliveries([measured(7_000)], 2));
    await ingest.ingest(SHARD, [delivered(3, 'poison'), delivered(4, json({ at: Date.parse('9999-01-01') }), ARRIVED_AT_MS)]);
    expect((await deployment.commits()).map(({ clocks }) => clocks['*']?.time)).toEqual([undefined, 7_000, 7_000]);
    expect((await deployment.commits()).map(({ counts }) => counts.invalid)).toEqual([1, 0, 2]);
  });

  test('what is exactly as far ahead as allowed is taken', async () => {
    const { report } = await refusalOf(delivered(2, json({ at: ARRIVED_AT_MS + HOUR_MS }), ARRIVED_AT_MS));
    expect(report.counts).toMatchObject({ folded: 3, invalid: 0 });
  });

  test('text that came as text is on the side stream as base64, too', async () => {
    const { refusals } = await refusalOf({ ...delivered(2, ''), data: '{"ü":', encoding: 'utf8' });
    expect(refusals.map(({ data }) => Buffer.from(data, 'base64').toString())).toEqual(['{"ü":']);
  });

  test('of 10 MiB leaves in parts that fit into records of 1 MiB, and that together are the payload', async () => {
    const payload = Buffer.alloc(10 * 1024 * 1024, '{"at": "never ends ');
    const { deployment, report, refusals } = await refusalOf(delivered(2, payload, ARRIVED_AT_MS));
    expect(report.counts).toMatchObject({ folded: 2, invalid: 1 });
    expect(refusals.length).toBeGreaterThan(10);
    for (const [index, refusal] of refusals.entries()) {
      expect(refusal).toMatchObject({
        id: `${SHARD}:${sequenceNumber(2)}`,
        kind: 'invalid',
        reason: { code: 'json' },
        part: { number: index + 1, of: refusals.length },
      });
      expect(Buffer.byteLength(deployment.side.records[index]?.json as string)).toBeLessThan(1024 * 1024);
    }
    expect(Buffer.concat(refusals.map(({ data }) => Buffer.from(data, 'base64'))).equals(payload)).toBe(true);
    expect(Buffer.from(refusals.map(({ data }) => data).join(''), 'base64').equals(payload)).toBe(true);
  });
});

describe('a function of the user’s that throws', () => {
  const throwing = (what: unknown) => () => {
    throw what;
  };

  test.each<[what: string, thrown: unknown, told: string]>([
    ['an error', new RangeError('out of cheese'), 'threw RangeError: out of cheese'],
    ['text', 'no', "threw 'no'"],
    ['nothing', undefined, 'threw undefined'],
    ['an object that cannot be text', Object.create(null), 'threw an object'],
    ['a symbol', Symbol('s'), 'threw Symbol(s)'],
    [
      'an error that cannot be read',
      Object.defineProperty(new Error(), 'message', { get: throwing(new Error('no')) }),
      'threw something that cannot be shown',
    ],
  ])('%s refuses the record, never the batch', async (_what, thrown, told) => {
    for (const place of ['timestamp', 'filter', 'key', 'value'] as const) {
      const fail = (sensor: unknown) => {
        if (sensor === place) throw thrown;
      };
      const touchy = pipeline<{ at: number; sensor: string }>('touchy', {
        timestamp: ({ at, sensor }) => (fail(sensor === 'timestamp' ? place : ''), at),
        filter: ({ sensor }) => (fail(sensor === 'filter' ? place : ''), true),
        watermark: boundedOutOfOrderness(0),
        windows: {
          first: { keyBy: ({ sensor }) => sensor, window: tumbling('1s'), aggregate: { n: count() } },
          second: {
            keyBy: ({ sensor }) => (fail(sensor === 'key' ? place : ''), sensor),
            window: tumbling('1s'),
            aggregate: { sum: sum(({ sensor }) => (fail(sensor === 'value' ? place : ''), 1)) },
          },
        },
      });
      const deployment = new MemoryDeployment();
      const records = ['fine', place, 'fine, too'].map((sensor, index) => delivered(index + 1, JSON.stringify({ at: index, sensor })));
      const report = await new Ingest(touchy, deployment.ports).ingest(SHARD, records);
      expect(report.counts).toEqual({ read: 3, folded: 2, filtered: 0, late: 0, invalid: 1 });
      expect(deployment.refusals).toMatchObject([
        { id: `${SHARD}:${sequenceNumber(2)}`, reason: { code: place, message: expect.stringContaining(told) } },
      ]);
    }
  });
});

describe('an event that one window cannot take', () => {
  test('is in no window: all or nothing', async () => {
    // Good for the first window, not for the second, whose key is a method of text.
    const { deployment } = await refusalOf(delivered(2, json({ sensor: 7 }), ARRIVED_AT_MS));
    const [commit] = await deployment.commits();
    expect(commit?.deltas.flatMap(({ window, table }) => table.keys.map((key) => `${window} ${key}`)).sort()).toEqual([
      'buildings a',
      'buildings b',
      'sensors a1',
      'sensors b1',
    ]);
    expect(commit?.counts).toMatchObject({ folded: 2, invalid: 1 });
  });

  test('because of the last value of the last window leaves no trace in the others', async () => {
    const picky = pipeline<{ at: number; n: number }>('picky', {
      timestamp: ({ at }) => at,
      watermark: boundedOutOfOrderness(0),
      windows: {
        first: { keyBy: () => 'k', window: tumbling('1s'), aggregate: { total: sum(({ n }) => n) } },
        second: { keyBy: () => 'k', window: tumbling('1s'), aggregate: { total: sum(({ n }) => n), root: sum(({ n }) => Math.sqrt(n)) } },
      },
    });
    const deployment = new MemoryDeployment();
    const records = [4, -1, 9].map((n, index) => delivered(index + 1, JSON.stringify({ at: index, n })));
    await new Ingest(picky, deployment.ports).ingest(SHARD, records);
    const entries = await deployment.store.read(shardLog('picky', SHARD), ORIGIN);
    const commits = entries.map((entry) => decodeCommit(picky, entry));
    expect(
      commits.flatMap(({ deltas }) => deltas.map(({ window, table }) => [window, table.events.at(0), table.results(0, FIRST_HOUR)])),
    ).toEqual([
      ['first', 2, [13]],
      ['second', 2, [13, 5]],
    ]);
    expect(deployment.refusals).toMatchObject([
      { reason: { code: 'value', message: 'windows.second.aggregate.root gave NaN; needed: a finite number' } },
    ]);
  });
});

describe('refused records', () => {
  test('are on the side stream before their batch is committed: a crash in between repeats them, under the same id and byte for byte', async () => {
    const deployment = new MemoryDeployment();
    const records = [delivered(1, 'poison'), ...deliveries([measured(1_000)], 2)];
    const ingest = deployment.ingest({ logStore: new InterruptedStore(deployment.store, once('append temperatures#shard#', 'before')) });
    await expect(ingest.ingest(SHARD, records)).rejects.toThrow(Interrupted);
    expect(deployment.refusals).toHaveLength(1);
    await deployment.ingest().ingest(SHARD, records);
    const [first, second, ...others] = deployment.side.records;
    expect(second).toEqual(first);
    expect(others).toEqual([]);
  });

  test('that the side stream does not take fail the batch: nothing is committed without them', async () => {
    const deployment = new MemoryDeployment();
    const sideStream = {
      publish: async () => {
        throw new Error('stream full');
      },
    };
    await expect(deployment.ingest({ sideStream }).ingest(SHARD, [delivered(1, 'poison')])).rejects.toThrow('stream full');
    expect(await deployment.commits()).toEqual([]);
  });

  test('of a batch that was committed before are not repeated', async () => {
    const deployment = new MemoryDeployment();
    await deployment.ingest().ingest(SHARD, [delivered(1, 'poison')]);
    await deployment.ingest().ingest(SHARD, [delivered(1, 'poison'), ...deliveries([measured(1_000)], 2)]);
    expect(deployment.refusals).toHaveLength(1);
  });
});
