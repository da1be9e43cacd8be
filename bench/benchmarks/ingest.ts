import { Buffer } from 'node:buffer';
import type { KinesisStreamEvent } from 'aws-lambda';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import type { Benchmark } from '../benchmark.ts';
import { CountingStore } from '../counting-store.ts';
import { cpuOfEach, median } from '../cpu.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { BATCH_RECORDS, measurementPayloads, measurements, NOON_MS } from '../measurements.ts';
import { NO_REFUSALS } from '../no-refusals.ts';

const ROUNDS = 40;
const KEYS = 5_000;
const SPAN_MS = 10_000;

let batches = 0;

/** The next batch of the shard as the text that Lambda sends: later events, behind those of the batch before. */
function nextBatch(): string {
  batches++;
  const fromMs = NOON_MS + batches * SPAN_MS;
  return kinesisBatch(
    measurementPayloads(BATCH_RECORDS, KEYS, fromMs, batches),
    fromMs + SPAN_MS,
    BigInt(batches) * 100_000n + FIRST_SEQUENCE_NUMBER,
  );
}

const parsed = (payload: string) => JSON.parse(payload) as KinesisStreamEvent;

export const benchmark: Benchmark = {
  about: `the ingest function on batches of ${BATCH_RECORDS} records of 200 bytes, ${KEYS} keys, one core`,
  async run() {
    const logStore = new CountingStore();
    const handler = createIngestHandler(measurements, {
      logStore,
      sideStream: NO_REFUSALS,
      clock: { nowMs: () => NOON_MS + (batches + 1) * SPAN_MS },
    });
    const context = {} as Parameters<typeof handler>[1];

    const [decodeUs, handlerUs, wholeUs] = await cpuOfEach(
      [
        () => {
          const { Records } = parsed(nextBatch());
          return () => {
            for (const { kinesis } of Records) JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
          };
        },
        () => {
          const event = parsed(nextBatch());
          return () => handler(event, context);
        },
        () => {
          const payload = nextBatch();
          return () => handler(parsed(payload), context);
        },
      ],
      ROUNDS,
    );
    if (decodeUs === undefined || handlerUs === undefined || wholeUs === undefined) throw new Error('unreachable');
    const bytes = median(measurementPayloads(BATCH_RECORDS, KEYS, NOON_MS, 1).map(({ length }) => length));
    return [
      { what: 'CPU of the handler to that of base64 and JSON.parse alone', value: handlerUs / decodeUs, unit: '×', atMost: 1.15 },
      {
        what: 'events a second, from the raw payload of the invocation',
        value: (BATCH_RECORDS / wholeUs) * 1e6,
        unit: '/s',
        atLeast: 300_000,
      },
      { what: 'base64 and JSON.parse alone, an event', value: decodeUs / BATCH_RECORDS, unit: 'µs', note: `${bytes} bytes of JSON` },
      { what: 'the handler, an event', value: handlerUs / BATCH_RECORDS, unit: 'µs' },
      { what: 'stored bytes a batch', value: logStore.bytes / logStore.appends, unit: 'B' },
    ];
  },
};
