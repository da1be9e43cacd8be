import { Buffer } from 'node:buffer';
import { boundedOutOfOrderness, collect, count, type Pane, pipeline, tumbling } from 'mullion';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalAws, startLocalAws } from '../../local/emulators/local-aws.ts';
import { createStream } from '../../local/provisioning/stream.ts';
import { createFireHandler } from '../../functions/fire/handler.ts';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import { Ingest } from '../../shared/ingest/ingest.ts';
import type { OversizedRefusal } from '../../shared/log/refusal.ts';
import { delivered, SHARD } from '../fixtures/delivered-record.ts';
import { MemoryDeployment } from '../fixtures/memory-deployment.ts';
import { RecordedTelemetry } from '../functions/telemetry/recorded-telemetry.ts';
import { CONTEXT } from '../hostile/hostile-run.ts';
import { streamDocuments } from '../local/chaos/stream-documents.ts';

interface Note {
  readonly at: number;
  readonly key: string;
  readonly text: string;
}

const notes = pipeline<Note>('notes', {
  timestamp: ({ at }) => at,
  watermark: boundedOutOfOrderness(0),
  windows: { all: { keyBy: ({ key }) => key, window: tumbling('1m'), aggregate: { n: count(), notes: collect({ limit: 1_000 }) } } },
});

const EVENTS = 150;
let aws: LocalAws;

beforeAll(async () => {
  aws = await startLocalAws();
  for (const streamName of ['out', 'side']) await createStream(aws.kinesis, { streamName, shardCount: 1 });
});
afterAll(async () => aws.stop());

test('a pane that no stream takes is on the side stream in parts, and those before and behind it leave', { timeout: 60_000 }, async () => {
  const { ports } = new MemoryDeployment();
  const publisher = (streamName: string) => new KinesisPublisher({ client: aws.kinesis, streamName });
  const [outputStream, sideStream] = [publisher('out'), publisher('side')];
  const note = (at: number, key: string, text: string) => JSON.stringify({ at, key, text } satisfies Note);
  const large = Array.from({ length: EVENTS }, (_, n) => note(n, 'large', `${n}`.padEnd(8_000, 'ü')));
  const payloads = [note(0, 'a', ''), ...large, note(0, 'z', ''), note(60_000, 'a', '')];
  await new Ingest(notes, ports).ingest(
    SHARD,
    payloads.map((payload, n) => delivered(n, payload)),
  );

  const telemetry = new RecordedTelemetry();
  const fire = createFireHandler(notes, { ...ports, outputStream, sideStream, telemetry });
  expect(await fire({}, CONTEXT)).toMatchObject({ panesFired: 3, published: 3, oversized: 1 });
  expect(telemetry.of('oversizedPanes')).toEqual([[1]]);
  expect(await fire({ action: 'drain' }, CONTEXT)).toMatchObject({ panesFired: 4, published: 1 });

  const tooLarge = 'panes are too large for the output stream; they are on the side stream';
  expect(telemetry.lines.filter(({ level }) => level === 'error')).toEqual([
    { level: 'error', message: tooLarge, fields: { oversized: 1, epoch: 1 } },
  ]);

  const published = (await streamDocuments<Pane>(aws.kinesis, 'out')).map(({ document }) => document);
  expect(published.map(({ key, epoch }) => [key, epoch])).toEqual([
    ['a', { position: 1, index: 0 }],
    ['z', { position: 1, index: 2 }],
    ['a', { position: 2, index: 0 }],
  ]);
  const parts = (await streamDocuments<OversizedRefusal>(aws.kinesis, 'side')).map(({ document }) => document);
  expect(parts.length).toBeGreaterThan(1);
  for (const [index, part] of parts.entries())
    expect(part).toMatchObject({
      kind: 'oversized',
      id: 'notes:all:0-60000:large:0',
      reason: { code: 'size' },
      part: { number: index + 1, of: parts.length },
    });
  const pane = JSON.parse(Buffer.from(parts.map(({ data }) => data).join(''), 'base64').toString('utf8')) as Pane;
  expect(pane).toMatchObject({
    id: 'notes:all:0-60000:large:0',
    key: 'large',
    count: EVENTS,
    epoch: { position: 1, index: 1 },
    value: { n: EVENTS },
  });
});

test('a stream takes a document that is as large as one may be', async () => {
  const { documentBytesMax } = new KinesisPublisher({ client: aws.kinesis, streamName: 'out' });
  const document = { partitionKey: '\u{10FFFF}'.repeat(128), json: JSON.stringify('x'.repeat(documentBytesMax - 2)) };
  await createStream(aws.kinesis, { streamName: 'largest', shardCount: 1 });
  await new KinesisPublisher({ client: aws.kinesis, streamName: 'largest' }).publish([document]);
  expect((await streamDocuments<string>(aws.kinesis, 'largest')).map(({ document: { length } }) => length)).toEqual([documentBytesMax - 2]);
});
