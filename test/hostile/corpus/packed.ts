import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { deflateSync, gzipSync } from 'node:zlib';
import { accepted, reading, refused, type Specimen } from './specimen.ts';

const MAGIC = Buffer.from([0xf3, 0x89, 0x9a, 0xc2]);
// Several gzips behind each other unfold to all that is in them.
const SIXTEEN_MEBIBYTES = gzipSync(Buffer.alloc(2 ** 24));
// As many events as a record may hold that is this large.
const FIFTY_THOUSAND_BAD = Buffer.concat([gzipSync('{}\n'.repeat(50_000)), ...Array.from({ length: 2_500 }, () => gzipSync(''))]);
const EVENT = Buffer.from(JSON.stringify(reading()));

/** Different events, a line each. */
const lines = (count: number) => Array.from({ length: count }, (_, n) => JSON.stringify(reading({ id: `specimen ${n}` }))).join('\n');

/** What begins and ends as the Kinesis Producer Library's records do, whatever is in between. */
export function signed(...parts: readonly Uint8Array[]): Buffer {
  const message = Buffer.concat(parts);
  return Buffer.concat([MAGIC, message, createHash('md5').update(message).digest()]);
}

/** A field with bytes, as Protocol Buffers write it; another length may be announced than is there. */
function field(number: number, bytes: Uint8Array, length = bytes.length): Buffer {
  return Buffer.concat([varint(number * 8 + 2), varint(length), bytes]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = BigInt(value);
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  return Buffer.from([...bytes, Number(rest)]);
}

const KEY = field(1, Buffer.from('key'));
const inner = (data: Uint8Array, keyIndex = 0) => field(3, Buffer.concat([varint(8), varint(keyIndex), field(3, data)]));

/** Events that are CloudEvents as well. */
function batch(count: number, more = ''): string {
  const events = Array.from({ length: count }, (_, n) =>
    JSON.stringify(reading({ id: `specimen ${n}`, specversion: '1.0', source: 'main', type: 'reading' })),
  );
  return `[${events.join(',')}${more}]`;
}

/** What a subscription of CloudWatch Logs sends, with an event in it. */
function logs(fields: object = {}): Buffer {
  const [messageType, owner, logGroup, logStream] = ['DATA_MESSAGE', '123456789012', 'group', 'stream'];
  return gzipSync(
    JSON.stringify({ messageType, owner, logGroup, logStream, subscriptionFilters: ['all'], logEvents: [reading()], ...fields }),
  );
}

/** Records that hold others, and say that they hold more, less or something else than they do. */
export const PACKED: readonly Specimen[] = [
  accepted('gzip of an event', gzipSync(EVENT)),
  accepted('several gzips behind each other', Buffer.concat([gzipSync(EVENT), gzipSync('   ')])),
  refused('gzip of gzip', 'utf8', gzipSync(gzipSync(EVENT))),
  refused('gzip of nothing', 'json', gzipSync('')),
  refused('gzip with rubbish behind it', 'packed', Buffer.concat([gzipSync(EVENT), Buffer.from([0x1f, 0x8b, 0xff])])),
  refused('gzip that is cut', 'packed', gzipSync(EVENT).subarray(0, -9)),
  refused('two bytes of gzip', 'packed', Buffer.from([0x1f, 0x8b])),
  refused('deflate', 'utf8', deflateSync(EVENT)),
  refused('a bomb of 1 GiB in 1 MB', 'packed', Buffer.concat(Array.from({ length: 64 }, () => SIXTEEN_MEBIBYTES))),
  refused('16 MiB of opening brackets in 16 KB', 'json', gzipSync('['.repeat(16 * 1024 * 1024))),
  refused('16 MiB of empty arrays in 16 KB', 'json', gzipSync(`[${'[],'.repeat(5_000_000)}[]]`)),
  accepted('16 MB of text in 16 KB', gzipSync(JSON.stringify(reading({ ignored: 'x'.repeat(16_000_000) })))),
  refused('100,000 empty objects in 400 bytes', 'packed', gzipSync('{}\n'.repeat(100_000))),
  { name: '50,000 bad events in 50 KB', bytes: FIFTY_THOUSAND_BAD, counts: { invalid: 50_000 }, code: 'timestamp' },
  {
    name: '20,000 times the same event',
    bytes: gzipSync(`${EVENT.toString()}\n`.repeat(20_000), { level: 1 }),
    counts: { folded: 1, duplicate: 19_999 },
  },
  accepted('a batch of CloudEvents', batch(3), 3),
  accepted('a zipped batch of CloudEvents', gzipSync(batch(3)), 3),
  refused('a batch of CloudEvents in a line of its own among others', 'json', `${EVENT.toString()}x\n${batch(1)}\n{}x`),
  {
    name: 'a batch of one CloudEvent and 50,000 numbers',
    bytes: batch(1, ',0'.repeat(50_000)),
    counts: { folded: 1, invalid: 50_000 },
    code: 'timestamp',
  },
  refused('a batch of 100,001 CloudEvents', 'packed', batch(1, ',0'.repeat(100_000))),
  refused('a batch of CloudEvents that never ends', 'json', batch(1).slice(0, -1)),
  accepted('log events of CloudWatch', logs(), 1),
  { name: 'a control message of CloudWatch Logs', bytes: logs({ messageType: 'CONTROL_MESSAGE' }), counts: {} },
  { name: 'log events of CloudWatch, none of them', bytes: logs({ logEvents: [] }), counts: {} },
  refused('log events that are none', 'timestamp', logs({ logEvents: [null] })),
  refused('log events of a group with a name of 10 MB', 'timestamp', logs({ logGroup: 'x'.repeat(10_000_000) })),
  refused(
    'log events that would repeat 50 MB',
    'packed',
    logs({ logGroup: 'x'.repeat(512), logEvents: Array.from({ length: 99_999 }, () => 0) }),
  ),
  refused('100,001 lines', 'packed', '{}\n'.repeat(100_001)),
  refused('1,000,000 blank lines', 'packed', gzipSync('\n'.repeat(1_000_000))),
  accepted('2,000 events, a line each', lines(2_000), 2_000),
  { name: 'every second line is bad', bytes: `${EVENT.toString()}\n{}`.concat('\n{"at":', '\nnull'), counts: { folded: 1, invalid: 3 } },
  {
    name: '20 lines of 100 KB, all of them bad',
    bytes: `${JSON.stringify({ x: 'x'.repeat(100_000) })}\n`.repeat(20),
    counts: { invalid: 20 },
  },

  accepted('an aggregated event', signed(KEY, inner(EVENT))),
  refused('aggregated, and empty', 'packed', signed()),
  refused('aggregated under a wrong MD5', 'packed', Buffer.concat([signed(KEY, inner(EVENT)).subarray(0, -1), Buffer.from([0])])),
  refused('aggregated, without its MD5', 'utf8', MAGIC),
  refused('a record longer than all of them', 'packed', signed(KEY, field(3, EVENT, 2 ** 31))),
  refused('a length beyond all numbers', 'packed', signed(KEY, Buffer.from([0x1a, ...Array.from({ length: 9 }, () => 0xff), 1]))),
  refused(
    'data longer than their record',
    'packed',
    signed(KEY, field(3, Buffer.concat([varint(8), varint(0), field(3, EVENT, EVENT.length + 9)])), EVENT),
  ),
  refused('a record shorter than its data', 'packed', signed(KEY, field(3, Buffer.concat([varint(8), varint(0), field(3, EVENT)]), 12))),
  refused('partition key 4,294,967,295 of 1', 'packed', signed(KEY, inner(EVENT, 2 ** 32 - 1))),
  refused(
    'a partition key of 1 MB for each of 1,000 bad events',
    'packed',
    signed(field(1, Buffer.alloc(1_000_000, 'k')), ...Array.from({ length: 1_000 }, () => inner(Buffer.from('x')))),
  ),
  {
    name: '1,000 bad events in an aggregated one',
    bytes: signed(KEY, ...Array.from({ length: 1_000 }, () => inner(Buffer.from('x')))),
    counts: { invalid: 1_000 },
  },
  {
    name: 'an event without a byte in an aggregated one',
    bytes: signed(KEY, inner(Buffer.alloc(0)), inner(EVENT)),
    counts: { folded: 1, invalid: 1 },
  },
  {
    name: 'aggregated records in an aggregated one',
    bytes: signed(KEY, inner(signed(KEY, inner(EVENT))), inner(EVENT)),
    counts: { folded: 1, invalid: 1 },
  },
  refused(
    'bombs in an aggregated one',
    'packed',
    signed(KEY, ...Array.from({ length: 100 }, () => inner(gzipSync(Buffer.alloc(2 ** 20))))),
  ),
  {
    name: '2,000 times gzip of nothing in an aggregated one',
    bytes: signed(KEY, ...Array.from({ length: 2_000 }, () => inner(gzipSync('')))),
    counts: { invalid: 2_000 },
  },
];
