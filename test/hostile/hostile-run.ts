import { Buffer } from 'node:buffer';
import middy from '@middy/core';
import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent } from 'aws-lambda';
import { freshPanes, type PaneEvent } from '../../functions/consumer/consumer.ts';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import type { FireReport } from '../../shared/firing/fire-report.ts';
import type { RecordRefusal } from '../../shared/log/refusal.ts';
import type { PanesOf } from '../../shared/pipeline/pipeline.ts';
import { SHARD } from '../fixtures/delivered-record.ts';
import { kinesisEvent } from '../fixtures/kinesis-event.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { ARRIVED_AT_MS, reading } from './corpus/specimen.ts';
import { readings } from './readings.ts';

type ReadingPane = PanesOf<typeof readings>;

/** What came of a batch with hostile records in it. */
export interface HostileRun {
  readonly report: FireReport;
  /** What a consumer was given. */
  readonly panes: readonly ReadingPane[];
  /** Documents on the side stream. */
  readonly refusals: readonly RecordRefusal[];
}

export const CONTEXT = {} as Context;
/** Three honest events, before and behind what is hostile. */
const NEIGHBOURS = [1, 2, 3].map((n) =>
  JSON.stringify(
    reading({ id: `neighbour ${n}`, at: ARRIVED_AT_MS - 10_000 + n, key: `neighbour ${n % 2}`, region: 'south', value: n, kept: { n } }),
  ),
);
const HONEST_EVENTS = NEIGHBOURS.length;

/** Delivers records to ingest, as Lambda does, between honest ones; fires, drains, and hands what is published to a consumer. */
export async function runHostile(records: readonly (string | Uint8Array)[]): Promise<HostileRun> {
  const deployment = new MemoryDeployment(SHARD);
  const ingest = createIngestHandler(readings, deployment.ports);
  const fire = createFireHandler(readings, deployment.ports);
  await ingest(deliveryOf([NEIGHBOURS[0] as string, ...records, ...NEIGHBOURS.slice(1)]), CONTEXT);
  await fire({}, CONTEXT);
  const report = await fire({ action: 'drain' }, CONTEXT);
  return {
    report,
    panes: await consumed(deployment.output.records.map(({ json }) => json)),
    refusals: deployment.refusals as RecordRefusal[],
  };
}

/** How many events the honest neighbours are. */
export function countsOf({ counts }: FireReport): FireReport['counts'] {
  return { ...counts, read: counts.read - HONEST_EVENTS, folded: counts.folded - HONEST_EVENTS };
}

/** What the windows of honest keys say. */
export function neighbours({ panes }: HostileRun): unknown[] {
  return panes.filter(({ key }) => /neighbour|south/.test(key)).map(({ id, key, count, value }) => ({ id, key, count, value }));
}

/** How many events refusals stand for: those of one payload in several parts are one. */
export function refusedEvents(refusals: readonly RecordRefusal[]): number {
  return refusals.reduce((sum, { events, part }) => sum + ((part?.number ?? 1) === 1 ? (events?.count ?? 1) : 0), 0);
}

/** What the event source mapping makes of payloads. */
export function deliveryOf(payloads: readonly (string | Uint8Array)[]): KinesisStreamEvent {
  return kinesisEvent(
    payloads.map((data, index) => ({
      shard: SHARD,
      sequenceNumber: String(1_000_000 + index),
      data,
      partitionKey: 'partition',
      approximateArrivalTimestamp: ARRIVED_AT_MS / 1000,
    })),
  );
}

async function consumed(documents: readonly string[]): Promise<ReadingPane[]> {
  const panes: ReadingPane[] = [];
  const consumer = middy<PaneEvent<typeof readings>, KinesisStreamBatchResponse>()
    .use(freshPanes<typeof readings>())
    .handler(async (event) => {
      panes.push(...event.panes);
      return { batchItemFailures: [] };
    });
  const delivery = kinesisEvent(documents.map((data, index) => ({ shard: SHARD, sequenceNumber: String(index), data })));
  // Twice, for a consumer is given everything at least once.
  await consumer(delivery as PaneEvent<typeof readings>, CONTEXT);
  await consumer(delivery as PaneEvent<typeof readings>, CONTEXT);
  return panes;
}

/** Whether nothing that all objects share has become more than it was. */
export function isPolluted(): boolean {
  const made: Record<string, unknown> = {};
  return 'polluted' in made || 'isPolluted' in made || 'polluted' in [] || 'polluted' in Buffer.alloc(0);
}
