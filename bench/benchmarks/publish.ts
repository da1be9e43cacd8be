import { Buffer } from 'node:buffer';
import { Readable } from 'node:stream';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { KinesisPublisher } from '../../shared/adapters/kinesis/kinesis-publisher.ts';
import type { Benchmark, Figure } from '../benchmark.ts';
import { cpuOfEach } from '../cpu.ts';
import { NOON_MS } from '../measurements.ts';
import { randomFrom } from '../random.ts';

const PANES = 20_000;
const ROUNDS = 8;
const PANES_A_SECOND = 50_000;
const RECORDS_MAX = 500;

/** What Kinesis answers to a full request: as much to read as ever. */
const ANSWER = Buffer.from(
  JSON.stringify({
    FailedRecordCount: 0,
    Records: Array.from({ length: RECORDS_MAX }, (_each, index) => ({
      ShardId: 'shardId-000000000000',
      SequenceNumber: `4964${'7'.repeat(48)}${1_000 + index}`,
    })),
  }),
);

/** The SDK's client up to where it would send: it makes requests, signs them and reads answers. */
function countingClient(requests: { count: number; bytes: number }): KinesisClient {
  const handle = async ({ body }: { body: string | Uint8Array }) => {
    requests.count++;
    requests.bytes += body.length;
    const headers = { 'content-type': 'application/x-amz-json-1.1' };
    return { response: { statusCode: 200, headers, body: Readable.from([ANSWER]) } };
  };
  return new KinesisClient({
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    requestHandler: { handle, metadata: { handlerProtocol: 'http/1.1' } } as never,
  });
}

/** Panes of one epoch, a key each, as they stand in an epoch: about 350 bytes of JSON. */
function panesOf(count: number) {
  const random = randomFrom(7);
  return Array.from({ length: count }, (_each, index) => {
    const key = `device-${String(Math.floor(random() * 1e9))}`;
    const [start, end] = [NOON_MS, NOON_MS + 60_000];
    const value = { events: 3, total: Math.round(random() * 1e5) / 100, least: Math.round(random() * 1e3) / 100, most: 99.99 };
    return {
      key,
      pane: {
        id: `measurements:perMinute:${start}-${end}:${key}:0`,
        pipeline: 'measurements',
        window: 'perMinute',
        key,
        start,
        end,
        pane: { timing: 'ON_TIME', index: 0, isFirst: true, isLast: true },
        watermark: end + 4_999,
        count: 3,
        value,
        epoch: { position: 17, index },
      },
    };
  });
}

export const benchmark: Benchmark = {
  about: `${PANES} panes put on the output stream, each as JSON, by the SDK's client up to where it would send; one core`,
  async run() {
    const panes = panesOf(PANES);
    const [single, many] = [
      { count: 0, bytes: 0 },
      { count: 0, bytes: 0 },
    ];
    const publish = (requests: typeof single, packs: boolean) => {
      const publisher = new KinesisPublisher({ client: countingClient(requests), streamName: 'panes', packs });
      return () => async () => publisher.publish(panes.map(({ key, pane }) => ({ partitionKey: key, json: JSON.stringify(pane) })));
    };
    const rounds = 2 * ROUNDS;
    const [jsonUs = 0, singleUs = 0, packedUs = 0] = await cpuOfEach(
      [() => () => panes.map(({ pane }) => Buffer.from(JSON.stringify(pane))), publish(single, false), publish(many, true)],
      ROUNDS,
    );
    const rate = (us: number) => (PANES / us) * 1e6;
    return [
      { what: 'panes a second, one a record', value: rate(singleUs), unit: '/s', atLeast: PANES_A_SECOND },
      { what: 'panes a second, packed', value: rate(packedUs), unit: '/s', atLeast: PANES_A_SECOND },
      { what: 'CPU of one a record to that of JSON alone', value: singleUs / jsonUs, unit: '×' },
      { what: 'CPU packed to that of JSON alone', value: packedUs / jsonUs, unit: '×' },
      { what: 'requests, one a record', value: single.count / rounds, unit: '' },
      { what: 'requests, packed', value: many.count / rounds, unit: '' },
      { what: 'bytes sent a pane, one a record', value: single.bytes / rounds / PANES, unit: 'B', note: 'base64, as Kinesis wants it' },
      { what: 'bytes sent a pane, packed', value: many.bytes / rounds / PANES, unit: 'B' },
    ] satisfies Figure[];
  },
};
