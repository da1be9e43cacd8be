import type { Context } from 'aws-lambda';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { CountingStore } from '../counting-store.ts';
import { cpuOfEach, type Round } from '../cpu.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisEvent } from '../kinesis-batch.ts';
import { BATCH_RECORDS, type Measurement, measurementPayloads, NOON_MS } from '../measurements.ts';
import { NO_REFUSALS } from '../no-refusals.ts';

/** What the batches of a shard are like. */
export interface BatchShape {
  readonly events: number;
  /** How many there are; an event is of any of them. */
  readonly keys: number;
}

const CONTEXT = {} as Context;
const ROUNDS = 6;
// So that a small batch is not lost in what a clock can tell.
const EVENTS_A_ROUND = BATCH_RECORDS;

/** A shard of such batches: each call delivers the next one to the ingest function. */
export function batchSource(definition: Pipeline<Measurement>, logStore: LogStore, { events, keys }: BatchShape) {
  const handler = createIngestHandler(definition, { logStore, sideStream: NO_REFUSALS, clock: { nowMs: () => NOON_MS } });
  let batch = 0;
  let next = FIRST_SEQUENCE_NUMBER;
  return {
    /** Made ready, so that only the function is measured. */
    next() {
      const payloads = measurementPayloads(events, keys, NOON_MS, ++batch);
      // More records Lambda does not put into a batch; then each holds several, a line each.
      const records = packed(payloads, Math.ceil(events / BATCH_RECORDS));
      const event = kinesisEvent(records, NOON_MS, next);
      next += BigInt(records.length);
      return () => handler(event, CONTEXT);
    },
  };
}

/** CPU of an event in batches of each shape, in microseconds: of the ingest function, with a store that only counts. */
export async function cpuOfEvents(definitions: readonly [Pipeline<Measurement>, BatchShape][]): Promise<readonly number[]> {
  const counted = definitions.map(([, { events }]) => Math.max(1, Math.round(EVENTS_A_ROUND / events)));
  const works = definitions.map(([definition, shape], index): Round => {
    const source = batchSource(definition, new CountingStore(), shape);
    return () => {
      const batches = Array.from({ length: counted[index] as number }, () => source.next());
      return async () => {
        for (const deliver of batches) await deliver();
      };
    };
  });
  const times = await cpuOfEach(works, ROUNDS);
  return times.map((us, index) => us / (counted[index] as number) / (definitions[index]?.[1].events as number));
}

function packed(payloads: readonly string[], together: number): string[] {
  if (together === 1) return [...payloads];
  return Array.from({ length: Math.ceil(payloads.length / together) }, (_each, index) =>
    payloads.slice(index * together, (index + 1) * together).join('\n'),
  );
}
