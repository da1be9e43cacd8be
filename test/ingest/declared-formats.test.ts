import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pipeline } from 'mullion';
import { describe, expect, test } from 'vitest';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { InputOptions } from '../../shared/pipeline/input-declaration.ts';
import { aggregated } from '../fixtures/aggregated.ts';
import { anyMeasurement, delivered, measured, sequenceNumber, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { type Measurement, temperatures } from '../fixtures/temperature-pipeline.ts';
import { committedValues } from '../fixtures/window-values.ts';

const ARRIVED_AT_MS = 200_000;
const PLACE = `${SHARD}:${sequenceNumber(1)}`;

/** The temperature pipeline, with something said of its records. */
function declaring(input: InputOptions<Measurement>) {
  return pipeline<Measurement>('temperatures', { ...(temperatures.options as Parameters<typeof pipeline<Measurement>>[1]), ...input });
}

async function ingested(input: InputOptions<Measurement>, records: readonly InputRecord[]) {
  const deployment = new MemoryDeployment();
  const { counts } = await new Ingest(declaring(input), deployment.ports).ingest(SHARD, records);
  const [commit] = await deployment.commits();
  return {
    counts,
    values: commit === undefined ? undefined : committedValues([commit]),
    refusals: (deployment.refusals as RecordRefusal[]).map(({ id, reason, data, partitionKey, events }) => ({
      id,
      code: reason.code,
      message: reason.message,
      partitionKey,
      raw: Buffer.from(data, 'base64').toString('latin1'),
      events,
    })),
  };
}

const json = (events: readonly unknown[]) => events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event)));
const cloudEvent = (event: unknown, index: number) =>
  typeof event === 'object' ? { specversion: '1.0', id: `${index}`, source: 's', type: 't', ...event } : event;
const aggregate = async (payloads: readonly Uint8Array[]) =>
  aggregated(payloads.map((data, index) => ({ partitionKey: `own ${index}`, data: Buffer.from(data) })));

/** Each way to say what records are, and a record that is it. */
const FORMS: Readonly<Record<string, [InputOptions<Measurement>, (events: readonly unknown[]) => Promise<Uint8Array> | Uint8Array]>> = {
  'an event each': [{ format: 'json' }, ([event]) => Buffer.from(json([event])[0] as string)],
  lines: [{ format: 'ndjson' }, (events) => Buffer.from(`${json(events).join('\n')}\n`)],
  'lines, zipped': [{ format: 'ndjson', compression: 'gzip' }, (events) => gzipSync(json(events).join('\n'))],
  'an event each, zipped': [{ format: 'json', compression: 'gzip' }, ([event]) => gzipSync(json([event])[0] as string)],
  aggregated: [{ format: 'json', aggregation: 'kpl' }, async (events) => aggregate(json(events).map((event) => Buffer.from(event)))],
  'aggregated lines, zipped': [
    { format: 'ndjson', compression: 'gzip', aggregation: 'kpl' },
    async (events) => aggregate(json(events).map((event) => gzipSync(`${JSON.stringify(measured(0))}\n${event}`))),
  ],
  'a batch of CloudEvents': [{ format: 'cloudevents' }, (events) => Buffer.from(`[${json(events.map(cloudEvent)).join(', ')}]`)],
  'log events of CloudWatch': [
    { format: 'cloudwatch-logs' },
    (logEvents) =>
      gzipSync(
        JSON.stringify({ messageType: 'DATA_MESSAGE', owner: 'o', logGroup: 'g', logStream: 's', subscriptionFilters: [], logEvents }),
      ),
  ],
};

const anyEvent = fc.oneof(
  { weight: 5, arbitrary: anyMeasurement },
  { weight: 1, arbitrary: fc.constantFrom<unknown>({ at: 1.5, sensor: 'a1', celsius: 1 }, { at: 1_000, sensor: '', celsius: 1 }) },
);

describe.each(Object.entries(FORMS))('records of %s', (_what, [input, pack]) => {
  test('are read declared as they are where it is found out: the same windows, accounts and places', async () => {
    let refused = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(anyEvent, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 4 }), async (contents) => {
        const records = await Promise.all(contents.map(async (events, index) => delivered(index + 1, await pack(events), ARRIVED_AT_MS)));
        const [declared, found] = [await ingested(input, records), await ingested({}, records)];
        expect(declared).toEqual(found);
        refused += found.refusals.length;
      }),
      { numRuns: 20 },
    );
    expect(refused).toBeGreaterThan(0);
  });
});

describe('what is not as declared', () => {
  const event = JSON.stringify(measured(1_000));
  test.each<[what: string, input: InputOptions<Measurement>, bytes: string | Uint8Array, code: string, message: string]>([
    [
      'lines, as one event',
      { format: 'json' },
      `${event}\n${event}`,
      'json',
      `after JSON at position 38 (line 2 column 1); declared: format 'json'`,
    ],
    ['gzip, as JSON', { format: 'json' }, gzipSync(event), 'utf8', `the payload is not UTF-8 text; declared: format 'json'`],
    ['nothing, as lines', { format: 'ndjson' }, '', 'json', `Unexpected end of JSON input; declared: format 'ndjson'`],
    [
      'JSON, as gzip',
      { format: 'json', compression: 'gzip' },
      event,
      'packed',
      `the payload is not gzip; declared: format 'json', compression 'gzip'`,
    ],
    [
      'gzip that is cut',
      { format: 'json', compression: 'gzip' },
      gzipSync(event).subarray(0, -3),
      'packed',
      'cannot be unpacked: unexpected end',
    ],
    [
      'an event, as a CloudEvent',
      { format: 'cloudevents' },
      event,
      'format',
      'the event is not a CloudEvent: it needs specversion, id, source',
    ],
    ['an empty batch of CloudEvents', { format: 'cloudevents' }, '[]', 'packed', `holds no event; declared: format 'cloudevents'`],
    ['half a batch of CloudEvents', { format: 'cloudevents' }, `[${event},`, 'json', `declared: format 'cloudevents'`],
    ['an event, as logs', { format: 'cloudwatch-logs' }, event, 'packed', `the payload is not gzip; declared: format 'cloudwatch-logs'`],
    [
      'zipped events, as logs',
      { format: 'cloudwatch-logs' },
      gzipSync(event),
      'format',
      'not what a subscription of CloudWatch Logs sends',
    ],
    ['events without end', { format: 'ndjson' }, '{}\n'.repeat(100_001), 'packed', 'the record holds more than 100000 events, or lines'],
    [
      'a gzip of more events than bytes',
      { format: 'ndjson', compression: 'gzip' },
      gzipSync('{}\n'.repeat(101)),
      'packed',
      'more than 100 events',
    ],
  ])('%s, is refused with its own bytes and what was declared', async (_what, input, bytes, code, message) => {
    const { counts, refusals } = await ingested(input, [
      delivered(1, bytes, ARRIVED_AT_MS),
      delivered(2, await goodRecord(input), ARRIVED_AT_MS),
    ]);
    expect(counts).toMatchObject({ invalid: 1, folded: 1 });
    expect(refusals).toMatchObject([{ id: PLACE, code, raw: Buffer.from(bytes).toString('latin1') }]);
    expect(refusals[0]?.message).toContain(message);
  });

  test('in a line, a batch or an aggregated record is the affair of that event alone', async () => {
    const lines = await ingested({ format: 'ndjson' }, [delivered(1, `${event}\nhello\n\n${event}`, ARRIVED_AT_MS)]);
    expect(lines).toMatchObject({ counts: { read: 3, folded: 2 }, refusals: [{ id: `${PLACE}:1`, code: 'json', raw: 'hello' }] });

    const batch = await FORMS['a batch of CloudEvents']?.[1]([measured(1_000), 7, measured(2_000)]);
    const cloudEvents = await ingested({ format: 'cloudevents' }, [delivered(1, batch as Uint8Array, ARRIVED_AT_MS)]);
    expect(cloudEvents).toMatchObject({ counts: { read: 3, folded: 2 }, refusals: [{ id: `${PLACE}:1`, code: 'format', raw: '7' }] });

    const payloads = [gzipSync(event), Buffer.from(event), gzipSync(event)];
    const kpl: InputOptions<Measurement> = { format: 'json', compression: 'gzip', aggregation: 'kpl' };
    expect(await ingested(kpl, [delivered(1, await aggregate(payloads), ARRIVED_AT_MS)])).toMatchObject({
      counts: { read: 3, folded: 2 },
      refusals: [{ id: `${PLACE}:1`, code: 'packed', raw: event, partitionKey: 'own 1' }],
    });
  });

  test('may be alone where records may be aggregated: the library leaves it as it is', async () => {
    const records = [delivered(1, event, ARRIVED_AT_MS), delivered(2, await aggregate([Buffer.from(event)]), ARRIVED_AT_MS)];
    expect((await ingested({ format: 'json', aggregation: 'kpl' }, records)).counts).toMatchObject({ read: 2, folded: 2 });
  });
});

test('a control message of CloudWatch Logs is no event, declared or not', async () => {
  const control = gzipSync(JSON.stringify({ messageType: 'CONTROL_MESSAGE', logEvents: [] }));
  const records = [delivered(1, control, ARRIVED_AT_MS)];
  expect((await ingested({ format: 'cloudwatch-logs' }, records)).counts).toMatchObject({ read: 0, invalid: 0 });
});

/** A good record of what is declared. */
async function goodRecord(input: InputOptions<Measurement>): Promise<Uint8Array> {
  const form = Object.values(FORMS).find(
    ([{ format, compression }]) => format === input.format && compression === input.compression,
  ) as (typeof FORMS)[string];
  return form[1]([measured(1_000)]);
}
