import { Buffer } from 'node:buffer';
import { type DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type KinesisClient, PutRecordsCommand, type PutRecordsCommandOutput } from '@aws-sdk/client-kinesis';
import { type EntryItem, fromItem } from '../../shared/adapters/dynamodb/entry-item.ts';
import { type Commit, decodeCommit, encodeCommit } from '../../shared/log/commit.ts';
import { decodeEpoch, encodeEpoch, type Epoch, type ShardCut } from '../../shared/log/epoch.ts';
import { type LogName, type ShardId, shardLog } from '../../shared/log/keys.ts';
import type { AppendOutcome, LogEntry, PositionedEntry } from '../../shared/log/log-entry.ts';
import { frame, unframe } from '../../shared/log/frame.ts';
import { nextPosition } from '../../shared/log/position.ts';
import type { SnapshotHeader } from '../../shared/log/snapshot.ts';
import type { SequenceNumber } from '../../shared/log/sequence-number.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { OutputRecord, Publisher } from '../../shared/ports/publisher.ts';
import type { EventTime } from '../../shared/time/event-time.ts';
import { decideWatermark, type WatermarkFacts } from '../../shared/watermarks/decide-watermark.ts';
import type { ShardProof } from '../../shared/watermarks/shard-proof.ts';
import { keyOfSessionRow, sessionRowName } from '../../shared/windows/session-row.ts';
import { Table } from '../../shared/table/table.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { BEGINNING_OF_TIME } from '../../shared/time/event-time.ts';
import type { Mistake } from './mistake.ts';
import type { SentEvent } from './workload.ts';

const isShardLog = (log: LogName) => log.includes('#shard#');
const isEpochLog = (log: LogName) => log.endsWith('#epochs');
const isSnapshotLog = (log: LogName) => log.endsWith('#snapshots');
const isPublicationLog = (log: LogName) => log.endsWith('#published');

/** Some calls of a log store done otherwise. */
function altered(store: LogStore, otherwise: Partial<LogStore>): LogStore {
  return {
    ...(store.retentionMs === undefined ? {} : { retentionMs: store.retentionMs }),
    append: otherwise.append ?? (async (...call) => store.append(...call)),
    read: otherwise.read ?? (async (...call) => store.read(...call)),
    last: otherwise.last ?? (async (...call) => store.last(...call)),
  };
}

/** Epochs appended other than they were meant. */
function withEpochs(store: LogStore, change: (epoch: Epoch) => Epoch | Promise<Epoch>): LogStore {
  return altered(store, {
    append: async (log, position, entry) =>
      store.append(log, position, isEpochLog(log) ? encodeEpoch(await change(decodeEpoch({ ...entry }))) : entry),
  });
}

/** A client some of whose answers or commands are not what they should be. */
function intercepted<C extends { send: unknown }>(
  client: C,
  send: (command: unknown, go: (command: unknown) => Promise<unknown>) => Promise<unknown>,
): C {
  const go = (client.send as (command: unknown) => Promise<unknown>).bind(client);
  return { send: async (command: unknown) => send(command, go) } as unknown as C;
}

/** The decision made from facts that are not so. */
const believing =
  (change: (facts: WatermarkFacts) => WatermarkFacts): typeof decideWatermark =>
  (rules, facts) =>
    decideWatermark(rules, change(facts));

function withProofs(
  facts: WatermarkFacts,
  prove: (shard: ShardId, proof: ShardProof | undefined) => ShardProof | undefined,
): WatermarkFacts {
  return {
    ...facts,
    proofs: new Map(
      [...facts.shards.keys()].flatMap((shard): [ShardId, ShardProof][] => {
        const proof = prove(shard, facts.proofs.get(shard));
        return proof === undefined ? [] : [[shard, proof]];
      }),
    ),
  };
}

/** Publishes only when told to, and then all that waits. */
class Postponed implements Publisher {
  readonly #publisher: Publisher;
  #waiting: OutputRecord[] = [];

  constructor(publisher: Publisher) {
    this.#publisher = publisher;
  }

  async publish(records: readonly OutputRecord[]): Promise<void> {
    this.#waiting.push(...records);
  }

  async release(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    await this.#publisher.publish(waiting);
  }
}

/** Mistakes that somebody could make, one at a time. Each must show. */
export const PLANTED_BUGS: Readonly<Record<string, Mistake>> = {
  // Appending
  'no condition on the put': {
    tableClient: (client) =>
      intercepted(client, async (command, go) => {
        if (!(command instanceof PutItemCommand)) return go(command);
        const { ConditionExpression: _condition, ReturnValuesOnConditionCheckFailure: _return, ...unconditional } = command.input;
        return go(new PutItemCommand(unconditional));
      }),
  },
  'an append that lost taken for one that won': {
    ingestPorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry): Promise<AppendOutcome> => {
          await ports.logStore.append(log, position, entry);
          return { kind: 'appended' };
        },
      }),
    }),
  },
  'an answer before the append': {
    ingestPorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry): Promise<AppendOutcome> => {
          ports.logStore.append(log, position, entry).catch(() => {});
          return { kind: 'appended' };
        },
      }),
    }),
  },
  'a cursor kept in memory only': {
    ingestPorts: (ports, { pipeline }) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        last: async (log) => {
          const newest = await ports.logStore.last(log);
          if (newest === undefined || !isShardLog(log)) return newest;
          return { ...encodeCommit({ ...decodeCommit(pipeline, newest), last: '' as SequenceNumber }), position: newest.position };
        },
      }),
    }),
  },
  'an empty log that starts at zero': {
    ingestPorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        last: async (log) => (isEpochLog(log) ? undefined : ports.logStore.last(log)),
      }),
    }),
  },
  'time to live as a trimmer': { retentionDays: 20 / 86_400 },
  'chunks that are referred to before they are written': {
    tableClient: (client) => {
      let chunks: PutItemCommand[] = [];
      return intercepted(client, async (command, go) => {
        if (!(command instanceof PutItemCommand)) return go(command);
        if (command.input.Item?.pk?.S?.includes('#chunks#') === true) {
          chunks.push(command);
          return {};
        }
        const answer = await go(command);
        const own = chunks;
        chunks = [];
        for (const chunk of own) await go(chunk);
        return answer;
      });
    },
  },
  'parallel batches of one shard': { parallelizationFactor: 3 },

  // Reading
  'an eventually consistent read without a look for holes': {
    firePorts: (ports, { tableClient }) => ({
      ...ports,
      logStore: altered(ports.logStore, { read: readAnything(ports.logStore, tableClient) }),
    }),
  },

  'ids of events forgotten on a cold start': {
    ingestPorts: (ports) => ({ ...ports, logStore: altered(ports.logStore, { read: async () => [] }) }),
  },

  // Refusing
  'the side stream after the append': {
    ingestPorts: (ports) => {
      const sideStream = new Postponed(ports.sideStream);
      return {
        ...ports,
        sideStream,
        logStore: altered(ports.logStore, {
          append: async (...call) => {
            const outcome = await ports.logStore.append(...call);
            await sideStream.release();
            return outcome;
          },
        }),
      };
    },
  },
  "lateness judged by the shard's own clock": {
    ingestPorts: (ports, { pipeline }) => {
      let newest: PositionedEntry | undefined;
      return {
        ...ports,
        logStore: altered(ports.logStore, {
          last: async (log) => {
            const found = await ports.logStore.last(log);
            if (isShardLog(log)) newest = found ?? newest;
            if (!isEpochLog(log) || found === undefined || newest === undefined) return found;
            const { watermark } = decodeEpoch(found);
            const own = ownWatermark(pipeline, decodeCommit(pipeline, newest));
            return { ...encodeEpoch({ ...decodeEpoch(found), watermark: own > watermark ? own : watermark }), position: found.position };
          },
          append: async (log, position, entry) => {
            const outcome = await ports.logStore.append(log, position, entry);
            if (isShardLog(log)) newest = { ...entry, position };
            return outcome;
          },
        }),
      };
    },
  },
  'a race with a closing window dropped without a word': {
    firePorts: (ports) => {
      let before: Epoch['lateByWindow'] = {};
      return {
        ...ports,
        logStore: withEpochs(ports.logStore, (epoch) => {
          before = epoch.refusals.length === 0 ? epoch.lateByWindow : before;
          return { ...epoch, refusals: [], lateByWindow: before };
        }),
        sideStream: { publish: async () => {} },
      };
    },
  },
  'future time accepted': { pipeline: (pipeline) => ({ ...pipeline, maxFutureSkewMs: Number.POSITIVE_INFINITY }) },

  // The watermark
  'the maximum over the shards for the minimum': {
    decide: (rules, facts) => {
      const decision = decideWatermark(rules, facts);
      const each = [...facts.shards].map(
        ([shard, known]) => decideWatermark(rules, { ...facts, shards: new Map([[shard, { ...known, isDrained: false }]]) }).watermark,
      );
      return {
        ...decision,
        watermark: each.reduce((highest, watermark) => (watermark > highest ? watermark : highest), decision.watermark),
      };
    },
  },
  'a watermark without a floor': { decide: believing((facts) => ({ ...facts, floor: BEGINNING_OF_TIME })) },
  'a silent shard left out without a proof': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => proof ?? { kind: 'empty', provenAtMs: facts.nowMs })),
  },
  'a lagging shard taken for idle': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => (proof?.kind === 'records' ? { ...proof, kind: 'empty' } : proof))),
  },
  'a proof from before the cut': {
    firePorts: (ports, { stream }) => {
      let recordsThen = 0;
      return {
        ...ports,
        shards: {
          list: async () => {
            recordsThen = stream.recordCount;
            return ports.shards.list();
          },
        },
        shardProbe: {
          probe: async (shard, after) => {
            const { children = [] } = await ports.shardProbe.probe(shard, after);
            return { kind: stream.standing(shard, after, recordsThen), children };
          },
        },
      };
    },
  },
  'the idle clock running to now, not to the proof': {
    decide: believing((facts) =>
      withProofs(facts, (_shard, proof) => (proof === undefined ? undefined : { ...proof, provenAtMs: facts.nowMs })),
    ),
  },
  "a child without its parents' bound": {
    decide: believing((facts) => ({
      ...facts,
      shards: new Map([...facts.shards].filter(([, { parents, progress }]) => parents.length === 0 || progress !== undefined)),
    })),
  },
  'a parent that leaves before its children are known': {
    decide: believing((facts) => withProofs(facts, (_shard, proof) => (proof?.kind === 'ended' ? { ...proof, kind: 'gone' } : proof))),
    firePorts: (ports) => ({
      ...ports,
      shardProbe: { probe: async (shard, after) => ({ kind: (await ports.shardProbe.probe(shard, after)).kind }) },
    }),
  },

  // Firing
  'panes published before their epoch': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry) => {
          if (isEpochLog(log)) {
            const { panes } = decodeEpoch(entry);
            await ports.outputStream.publish(panes.map((pane) => ({ partitionKey: pane.key, json: JSON.stringify(pane) })));
          }
          return ports.logStore.append(log, position, entry);
        },
      }),
    }),
  },
  'an epoch marked as published before it is': {
    firePorts: (ports) => {
      const outputStream = new Postponed(ports.outputStream);
      return {
        ...ports,
        outputStream,
        logStore: altered(ports.logStore, {
          append: async (log, position, entry) => {
            const outcome = await ports.logStore.append(log, position, entry);
            if (isPublicationLog(log)) await outputStream.release();
            return outcome;
          },
        }),
      };
    },
  },
  'an epoch without a cut': {
    firePorts: (ports) => ({ ...ports, logStore: withEpochs(ports.logStore, (epoch) => ({ ...epoch, cut: {} })) }),
  },
  'a cut that is newer than its state': {
    firePorts: (ports, { pipeline }) => ({
      ...ports,
      logStore: withEpochs(ports.logStore, async (epoch) => ({ ...epoch, cut: await newerCut(ports.logStore, pipeline, epoch) })),
    }),
  },
  'a snapshot named after an epoch that its state has not seen': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry) => ports.logStore.append(log, position, isSnapshotLog(log) ? ofNextEpoch(entry) : entry),
      }),
    }),
  },
  'pane ids from a counter in memory': {
    firePorts: (ports) => {
      let panes = 0;
      return {
        ...ports,
        outputStream: {
          publish: async (records) =>
            ports.outputStream.publish(
              records.map(({ partitionKey, json }) => ({
                partitionKey,
                json: JSON.stringify({ ...JSON.parse(json), id: `pane-${++panes}` }),
              })),
            ),
        },
      };
    },
  },
  'sessions merged in the order of arrival': {
    firePorts: (ports, { pipeline }) => ({
      ...ports,
      logStore: altered(ports.logStore, { read: readInOrderOfArrival(ports.logStore, pipeline) }),
    }),
  },

  // Publishing
  'FailedRecordCount ignored': {
    kinesisClient: (client) =>
      intercepted(client, async (command, go) =>
        command instanceof PutRecordsCommand ? { ...((await go(command)) as PutRecordsCommandOutput), FailedRecordCount: 0 } : go(command),
      ),
  },
  'all of a PutRecords again, under new ids': { kinesisClient: publishedAnew },
};

/** What the log store does not read: whatever the answer shows behind a hole. */
function readAnything(store: LogStore, client: DynamoDBClient): LogStore['read'] {
  return async (log, after, consistency = 'eventual') => {
    if (consistency === 'strong') return store.read(log, after, consistency);
    const { Items = [] } = await client.send(
      new QueryCommand({
        TableName: 'state',
        KeyConditionExpression: 'pk = :log AND n > :after',
        ExpressionAttributeValues: { ':log': { S: log }, ':after': { N: String(after) } },
      }),
    );
    const shown = (Items as EntryItem[]).map((item) => fromItem(item).entry.position);
    const complete = await store.read(log, after, 'strong');
    return complete.filter(({ position }) => shown.includes(position));
  };
}

function ofNextEpoch({ header, payload }: LogEntry): LogEntry {
  const snapshot = JSON.parse(header) as SnapshotHeader;
  const next = JSON.stringify({ ...snapshot, epoch: nextPosition(snapshot.epoch) });
  return { header: next, payload: frame(next, unframe(header, payload)) };
}

function ownWatermark(pipeline: Pipeline<SentEvent>, { clocks }: Commit): EventTime {
  const watermarks = Object.entries(clocks).flatMap(([source, { time }]) => {
    const strategy = pipeline.sources.strategies.get(source);
    return time === undefined || strategy === undefined ? [] : [strategy.watermarkAt(time)];
  });
  return watermarks.length === 0 ? BEGINNING_OF_TIME : (Math.max(...watermarks) as EventTime);
}

/** Says of each shard that all of its log has been read. */
async function newerCut(store: LogStore, pipeline: Pipeline<SentEvent>, { cut }: Epoch): Promise<Epoch['cut']> {
  const newer: Record<ShardId, ShardCut> = {};
  for (const [shard, known] of Object.entries(cut) as [ShardId, ShardCut][]) {
    const newest = await store.last(shardLog(pipeline.name, shard));
    if (newest === undefined) newer[shard] = known;
    else newer[shard] = { ...known, position: newest.position, last: decodeCommit(pipeline, newest).last };
  }
  return newer;
}

/** Takes every event for one of the session that came last: an event that comes out of order belongs to whatever is open. */
function readInOrderOfArrival(store: LogStore, pipeline: Pipeline<SentEvent>): LogStore['read'] {
  return async (log, after, consistency) => {
    const entries = await store.read(log, after, consistency);
    if (!isShardLog(log)) return entries;
    const newest = new Map<string, { start: number; end: number }>();
    return entries.map((entry): PositionedEntry => {
      const commit = decodeCommit(pipeline, entry);
      const deltas = commit.deltas.map((delta) => {
        const operator = pipeline.operators.find(({ name }) => name === delta.window);
        const extentAt = operator?.extentAt;
        if (operator === undefined || extentAt === undefined) return delta;
        const table = new Table(operator.shape);
        for (let row = 0; row < delta.table.size; row++) {
          const key = keyOfSessionRow(delta.table.keys[row] as string);
          const own = { start: Number(delta.table.result(extentAt, row)), end: Number(delta.table.result(extentAt + 1, row)) };
          const last = newest.get(`${delta.window} ${key}`) ?? own;
          const placed = own.start < last.start ? last : own;
          newest.set(`${delta.window} ${key}`, placed);
          const name = sessionRowName(placed.start as EventTime, key);
          table.mergeRow(delta.table, row, name);
          const at = table.rowOf(name) as number;
          const [start, end] = table.columns.slice(-2);
          if (start?.kind === 'float64' && end?.kind === 'float64') {
            start.set(at, placed.start);
            end.set(at, placed.end);
          }
        }
        return { ...delta, table };
      });
      return { ...encodeCommit({ ...commit, deltas }), position: entry.position };
    });
  };
}

/** When some were not taken, sends all of them again, and takes them for others. */
function publishedAnew(client: KinesisClient): KinesisClient {
  let attempts = 0;
  return intercepted(client, async (command, go) => {
    if (!(command instanceof PutRecordsCommand) || command.input.StreamName !== 'output') return go(command);
    for (;;) {
      const answer = (await go(command)) as PutRecordsCommandOutput;
      if (answer.FailedRecordCount === 0) return answer;
      attempts++;
      const again = (command.input.Records ?? []).map(({ Data, ...record }) => {
        const pane = JSON.parse(Buffer.from(Data ?? []).toString('utf8')) as object;
        return { ...record, Data: Buffer.from(JSON.stringify({ ...pane, id: `pane-${attempts}-${record.PartitionKey}` })) };
      });
      return go(new PutRecordsCommand({ StreamName: 'output', Records: again }));
    }
  });
}
