import { setImmediate } from 'node:timers/promises';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import type { KinesisStreamEvent } from 'aws-lambda';
import type { Benchmark } from '../benchmark.ts';
import { CountingStore } from '../counting-store.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { measurementPayloads, measurements, NOON_MS } from '../measurements.ts';
import { NO_REFUSALS } from '../no-refusals.ts';

const BATCHES = 10_000;
const WARM_BATCHES = 1_000;
const RECORDS = 200;
const SPAN_MS = 10_000;
const MEBIBYTE = 2 ** 20;

export const benchmark: Benchmark = {
  about: `the memory of one ingest function over ${BATCHES} batches of ${RECORDS} records, keys never seen before among them`,
  async run() {
    const logStore = new CountingStore();
    let batch = 0;
    const handler = createIngestHandler(measurements, {
      logStore,
      sideStream: NO_REFUSALS,
      clock: { nowMs: () => NOON_MS + (batch + 1) * SPAN_MS },
    });
    const heapBytes = async () => {
      // Buffers are let go a turn after what held them.
      for (let turn = 0; turn < 3; turn++) {
        globalThis.gc?.();
        await setImmediate();
      }
      return process.memoryUsage().heapUsed + process.memoryUsage().external;
    };
    let warmBytes = 0;
    let warmAppends = 0;
    for (batch = 1; batch <= BATCHES; batch++) {
      const fromMs = NOON_MS + batch * SPAN_MS;
      // More and more keys: a key that has been seen must not be kept.
      const payloads = measurementPayloads(RECORDS, RECORDS * batch, fromMs, batch);
      const event = JSON.parse(
        kinesisBatch(payloads, fromMs + SPAN_MS, BigInt(batch) * 1_000n + FIRST_SEQUENCE_NUMBER),
      ) as KinesisStreamEvent;
      await handler(event, {} as Parameters<typeof handler>[1]);
      if (batch !== WARM_BATCHES) continue;
      warmBytes = await heapBytes();
      warmAppends = logStore.appends;
    }
    const endBytes = await heapBytes();
    return [
      { what: `memory after ${BATCHES} batches to that after ${WARM_BATCHES}`, value: endBytes / warmBytes, unit: '×', atMost: 1.05 },
      { what: 'memory at the end', value: endBytes / MEBIBYTE, unit: 'MiB' },
      { what: 'writes a batch', value: (logStore.appends - warmAppends) / (BATCHES - WARM_BATCHES), unit: 'put', atMost: 1, atLeast: 1 },
    ];
  },
};
