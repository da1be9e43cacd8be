import { Buffer } from 'node:buffer';
import type { KinesisStreamEvent } from 'aws-lambda';
import { recordsByShard } from '../../functions/ingest/kinesis-event.ts';
import { BatchFold } from '../../shared/ingest/batch-fold.ts';
import { decode } from '../../shared/ingest/decode.ts';
import type { InputRecord } from '../../shared/ingest/input-record.ts';
import { PayloadTexts } from '../../shared/ingest/payload-texts.ts';
import { readEvent } from '../../shared/ingest/read-event.ts';
import { inOrder } from '../../shared/ingest/record-order.ts';
import { ByteWriter } from '../../shared/log/bytes.ts';
import { frame } from '../../shared/log/frame.ts';
import { writeTable } from '../../shared/log/table-codec.ts';
import { BEGINNING_OF_TIME } from '../../shared/time/event-time.ts';
import type { Benchmark } from '../benchmark.ts';
import { cpuOfEach, type Round } from '../cpu.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { BATCH_RECORDS, measurementPayloads, measurements, NOON_MS } from '../measurements.ts';

const ROUNDS = 40;
const KEYS = 5_000;

const batch = kinesisBatch(measurementPayloads(BATCH_RECORDS, KEYS, NOON_MS, 1), NOON_MS, FIRST_SEQUENCE_NUMBER);
/** Parsed anew each time, as every invocation gets it. */
const nextEvent = () => JSON.parse(batch) as KinesisStreamEvent;
const nextRecords = () => [...recordsByShard(nextEvent()).values()].flat();

const onEvent =
  (run: (event: KinesisStreamEvent) => unknown): Round =>
  () => {
    const event = nextEvent();
    return () => run(event);
  };

const onRecords =
  (run: (records: readonly InputRecord[]) => unknown): Round =>
  () => {
    const records = nextRecords();
    return () => run(records);
  };

function fold(records: readonly InputRecord[]) {
  const batchFold = new BatchFold(measurements, records, BEGINNING_OF_TIME, undefined);
  batchFold.foldUntil(undefined);
  return batchFold.result();
}

/** Each does what the one before it does, and more, where nothing else is said. */
const STAGES = {
  'base64 and JSON.parse alone': onEvent(({ Records }) => {
    for (const { kinesis } of Records) JSON.parse(Buffer.from(kinesis.data, 'base64').toString());
  }),
  'the same, many payloads at a time': onRecords((records) => {
    const texts = new PayloadTexts(records);
    for (let index = 0; index < records.length; index++) JSON.parse(texts.at(index));
  }),
  'with time, watermark and filter': onRecords((records) => {
    const texts = new PayloadTexts(records);
    for (const [index, record] of records.entries()) readEvent(measurements, record, decode(texts.at(index)));
  }),
  'with key, row and aggregates': onRecords(fold),
  "beside it: records of Lambda's event": onEvent(recordsByShard),
  'beside it: their order': onRecords(inOrder),
  'beside it: tables encoded and compressed': () => {
    const { deltas } = fold(nextRecords());
    return () => {
      for (const { table } of deltas) {
        const writer = new ByteWriter();
        writeTable(writer, table);
        frame('', writer.bytes());
      }
    };
  },
} satisfies Record<string, Round>;

export const benchmark: Benchmark = {
  about: `where the time of ingest goes, on batches of ${BATCH_RECORDS} records of 200 bytes, ${KEYS} keys: CPU to that of base64 and JSON.parse alone`,
  async run() {
    const times = await cpuOfEach(Object.values(STAGES), ROUNDS);
    const aloneUs = times[0] as number;
    return Object.keys(STAGES).map((what, index) => ({ what, value: (times[index] as number) / aloneUs, unit: '×' }));
  },
};
