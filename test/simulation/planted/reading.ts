import { type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { type EntryItem, fromItem } from '../../../shared/adapters/dynamodb/entry-item.ts';
import { decodeCommit, encodeCommit } from '../../../shared/log/commit.ts';
import type { Epoch, ShardCut } from '../../../shared/log/epoch.ts';
import { type ShardId, shardLog } from '../../../shared/log/keys.ts';
import type { PositionedEntry } from '../../../shared/log/log-entry.ts';
import type { Pipeline } from '../../../shared/pipeline/pipeline.ts';
import type { LogStore } from '../../../shared/ports/log-store.ts';
import { Table } from '../../../shared/table/table.ts';
import type { EventTime } from '../../../shared/time/event-time.ts';
import { keyOfSessionRow, sessionRowName } from '../../../shared/windows/session-row.ts';
import type { SentEvent } from '../sent-event.ts';
import { type PlantedBugs, altered, isShardLog, withEpochs } from './altered.ts';

/** Readers of logs. */
export const READING: PlantedBugs = {
  'an eventually consistent read without a look for holes': {
    firePorts: (ports, { tableClient }) => ({
      ...ports,
      logStore: altered(ports.logStore, { read: readAnything(ports.logStore, tableClient) }),
    }),
  },

  'ids of events forgotten on a cold start': {
    ingestPorts: (ports) => ({ ...ports, logStore: altered(ports.logStore, { read: async () => [] }) }),
  },
  'a drain that reads what may lag': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, { read: async (log, after) => ports.logStore.read(log, after) }),
    }),
  },
  'a cut that is newer than its state': {
    firePorts: (ports, { pipeline }) => ({
      ...ports,
      logStore: withEpochs(ports.logStore, async (epoch) => ({ ...epoch, cut: await newerCut(ports.logStore, pipeline, epoch) })),
    }),
  },
  'sessions merged in the order of arrival': {
    firePorts: (ports, { pipeline }) => ({
      ...ports,
      logStore: altered(ports.logStore, { read: readInOrderOfArrival(ports.logStore, pipeline) }),
    }),
  },
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
    const shown = (Items as EntryItem[]).map((item) => fromItem(item).position);
    const complete = await store.read(log, after, 'strong');
    return complete.filter(({ position }) => shown.includes(position));
  };
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
