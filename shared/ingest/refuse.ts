import { Buffer } from 'node:buffer';
import type { ShardId } from '../log/keys.ts';
import { inParts } from '../log/parts.ts';
import type { RecordRefusal } from '../log/refusal.ts';
import type { EventTime } from '../time/event-time.ts';
import type { FoldedBatch } from './batch-fold.ts';
import { type InputRecord, rawBase64 } from './input-record.ts';
import type { RefusedEvents } from './refused-events.ts';

type Why = Pick<RecordRefusal, 'kind' | 'reason' | 'windows' | 'watermark'>;

// Messages of what users' functions throw may quote anything.
const MESSAGE_LENGTH_MAX = 500;
const TOO_LATE = 'the watermark had passed the end and the allowed lateness of every window it belongs to';

/** The documents for the side stream: every refused record, whole, with its reason and place. */
export function refusalsOf(pipeline: string, shard: ShardId, { invalid, late }: FoldedBatch, watermark: EventTime): RecordRefusal[] {
  const documents = <W>({ alone, together }: RefusedEvents<W>, because: (why: W) => Why): RecordRefusal[] => [
    ...alone.flatMap(({ record, why }) => documentsOf({ id: placeOf(shard, record), pipeline, ...because(why) }, record)),
    ...together.flatMap(({ record, why, indexes }) => {
      const first = because(why);
      const events = { count: indexes.length, bits: bitsOf(indexes) };
      return documentsOf({ id: `${placeOf(shard, record)}:${first.kind}`, pipeline, ...first, events }, record);
    }),
  ];
  return [
    ...documents(invalid, ({ code, message }) => ({ kind: 'invalid', reason: { code, message: message.slice(0, MESSAGE_LENGTH_MAX) } })),
    ...documents(late, (windows) => ({ kind: 'late', reason: { code: 'late', message: TOO_LATE }, windows, watermark })),
  ];
}

function placeOf(shard: ShardId, { sequenceNumber, index }: InputRecord): string {
  return index === undefined ? `${shard}:${sequenceNumber}` : `${shard}:${sequenceNumber}:${index}`;
}

/** The document, in as many parts as its payload needs. */
function documentsOf(refusal: Omit<RecordRefusal, 'partitionKey' | 'arrivedAtMs' | 'part' | 'data'>, record: InputRecord): RecordRefusal[] {
  const { partitionKey, arrivedAtMs } = record;
  return inParts(rawBase64(record)).map(({ part, data }) => ({
    ...refusal,
    partitionKey,
    arrivedAtMs,
    ...(part.of > 1 ? { part } : {}),
    data,
  }));
}

/** A bit for each event up to the last one. */
function bitsOf(indexes: readonly number[]): string {
  const bits = Buffer.alloc(((indexes.at(-1) ?? 0) >> 3) + 1);
  for (const index of indexes) bits[index >> 3] = (bits[index >> 3] as number) | (1 << (index & 7));
  return bits.toString('base64');
}
