import { Buffer } from 'node:buffer';
import { oneEach, packed, type StreamRecord } from '../../../shared/adapters/kinesis/records-of-documents.ts';
import { secondsOnShard } from '../../../shared/cost/publication.ts';
import { coldFire } from '../../cold-fire.ts';
import { filledLogs } from '../../filled-logs.ts';
import { NOON_MS } from '../../measurements.ts';
import { type Growth, type Point, points } from '../plot.ts';

const KEYS = [4, 40, 400, 4_000, 40_000, 100_000, 1_000_000];

/** What goes onto the stream. */
class Published {
  records = 0;
  bytes = 0;

  add(records: Iterable<StreamRecord>): void {
    for (const { Data, PartitionKey } of records) {
      this.records++;
      this.bytes += Data.length + Buffer.byteLength(PartitionKey);
    }
  }

  /** How long one shard needs for it. */
  get shardSeconds(): number {
    return secondsOnShard(this.records, this.bytes);
  }
}

/** Each pane a record of its own, and packed. */
type BothWays = Readonly<Record<'one' | 'many', Published>>;

async function publishedBy(keys: number): Promise<BothWays> {
  const one = new Published();
  const many = new Published();
  const store = await filledLogs(keys, keys, NOON_MS + 90_000);
  const { fire } = coldFire(store, {
    onPublish: (documents) => {
      one.add(oneEach(documents));
      many.add(packed(documents));
    },
  });
  await fire.fire();
  return { one, many };
}

export const benchmark: Growth = {
  about: 'the output stream by how many keys leave at once, one pane a record and packed',
  async run() {
    const published: BothWays[] = [];
    for (const each of KEYS) published.push(await publishedBy(each));
    const of = (how: keyof BothWays, count: (each: Published) => number): Point[] =>
      points(
        KEYS,
        published.map((each) => count(each[how])),
      );
    const x = { what: 'keys of a window that fires', scale: 'log' } as const;
    return {
      'output-records': {
        title: 'Records on the output stream by keys',
        x,
        y: { what: 'records a window', scale: 'log' },
        series: [
          { name: "panesPerRecord: 'one'", points: of('one', ({ records }) => records) },
          { name: "panesPerRecord: 'many'", points: of('many', ({ records }) => records) },
        ],
      },
      'output-seconds': {
        title: 'How long one output shard takes the panes of a window',
        x,
        y: { what: 'seconds: 1,000 records, or 1 MB, each', scale: 'log' },
        series: [
          { name: "panesPerRecord: 'one'", points: of('one', ({ shardSeconds }) => shardSeconds) },
          { name: "panesPerRecord: 'many'", points: of('many', ({ shardSeconds }) => shardSeconds) },
        ],
        limits: [
          { what: 'a window of a minute', at: 60 },
          { what: 'three quarters of fireTimeout, 5 minutes: the next call goes on', at: 225 },
        ],
      },
    };
  },
};
