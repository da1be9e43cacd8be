import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { KinesisStreamEvent } from 'aws-lambda';
import { boundedOutOfOrderness, count, max, pipeline, sum, tumbling } from 'mullion';
import { createIngestHandler } from '../../functions/ingest/handler.ts';
import { aggregatedRecord } from '../aggregated-record.ts';
import type { Benchmark, Figure } from '../benchmark.ts';
import { CountingStore } from '../counting-store.ts';
import { cpuOfEach } from '../cpu.ts';
import { FIRST_SEQUENCE_NUMBER, kinesisBatch } from '../kinesis-batch.ts';
import { NOON_MS } from '../measurements.ts';
import { randomFrom } from '../random.ts';
import { NO_REFUSALS } from '../no-refusals.ts';

interface Bid {
  readonly auction: number;
  readonly bidder: number;
  readonly price: number;
  readonly channel: string;
  readonly dateTime: number;
}

const EVENTS_A_RECORD = 100;
const RECORDS = 200;
const EVENTS = EVENTS_A_RECORD * RECORDS;
const AUCTIONS = 1_000;
const ROUNDS = 15;
const SPAN_MS = 10_000;
const PARTITION_KEYS = Array.from({ length: 10 }, (_each, index) => `producer-${index}`);

/** As Nexmark's hot items: bids by auction. */
const bids = pipeline<Bid>('bids', {
  timestamp: ({ dateTime }) => dateTime,
  watermark: boundedOutOfOrderness('5s'),
  windows: {
    perMinute: {
      keyBy: ({ auction }) => auction,
      window: tumbling('1m'),
      aggregate: { bids: count(), turnover: sum(({ price }) => price), highest: max(({ price }) => price) },
    },
  },
});

const PACKERS = {
  'alone, one a record': undefined,
  lines: (events: readonly string[]) => Buffer.from(events.join('\n')),
  'aggregated (KPL)': (events: readonly string[]) => aggregatedRecord(events, PARTITION_KEYS),
  'lines, gzip': (events: readonly string[]) => gzipSync(events.join('\n')),
} as const;

let batches = 0;

function bidsOf(fromMs: number): string[] {
  const random = randomFrom(batches);
  return Array.from({ length: EVENTS }, (_each, index) => {
    const bid: Bid = {
      auction: 1_000 + Math.floor(random() * AUCTIONS),
      bidder: 1_000 + Math.floor(random() * 10_000),
      price: Math.round(random() * 1e6) / 100,
      channel: random() < 0.5 ? 'Google' : 'Apple',
      dateTime: fromMs + Math.floor((index * SPAN_MS) / EVENTS),
    };
    return JSON.stringify(bid);
  });
}

/** What Lambda sends, parsed: later events, behind those of the batch before. */
function nextBatch(pack: ((events: readonly string[]) => Buffer) | undefined): KinesisStreamEvent {
  batches++;
  const fromMs = NOON_MS + batches * SPAN_MS;
  const events = bidsOf(fromMs);
  const payloads: (string | Buffer)[] =
    pack === undefined
      ? events
      : Array.from({ length: RECORDS }, (_each, record) => pack(events.slice(record * EVENTS_A_RECORD, (record + 1) * EVENTS_A_RECORD)));
  return JSON.parse(kinesisBatch(payloads, fromMs + SPAN_MS, BigInt(batches) * 100_000n + FIRST_SEQUENCE_NUMBER)) as KinesisStreamEvent;
}

export const benchmark: Benchmark = {
  about: `the ingest function on ${EVENTS} bids of about 95 bytes, ${EVENTS_A_RECORD} packed in a record, ${AUCTIONS} keys, one core`,
  async run() {
    const handler = createIngestHandler(bids, {
      logStore: new CountingStore(),
      sideStream: NO_REFUSALS,
      clock: { nowMs: () => NOON_MS + (batches + 1) * SPAN_MS },
    });
    const context = {} as Parameters<typeof handler>[1];
    const names = Object.keys(PACKERS) as (keyof typeof PACKERS)[];
    const decode = () => {
      const events = bidsOf(NOON_MS);
      return () => {
        for (const event of events) JSON.parse(event);
      };
    };
    const works = names.map((name) => () => {
      const event = nextBatch(PACKERS[name]);
      return () => handler(event, context);
    });
    const [decodeUs = 0, ...us] = await cpuOfEach([decode, ...works], ROUNDS);
    return [
      { what: 'JSON.parse alone, events a second', value: (EVENTS / decodeUs) * 1e6, unit: '/s' },
      ...names.map((name, index): Figure => {
        const isBound = name === 'lines' || name === 'aggregated (KPL)';
        return {
          what: `events a second, ${name}`,
          value: (EVENTS / (us[index] ?? Number.NaN)) * 1e6,
          unit: '/s',
          ...(isBound ? { atLeast: 1_000_000 } : {}),
          note: `${((us[index] ?? Number.NaN) / decodeUs).toFixed(2)} × JSON.parse`,
        };
      }),
    ];
  },
};
