import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { decodeCommit, encodeCommit } from '../../../shared/log/commit.ts';
import type { AppendOutcome } from '../../../shared/log/log-entry.ts';
import type { SequenceNumber } from '../../../shared/log/sequence-number.ts';
import { type PlantedBugs, altered, intercepted, isEpochLog, isShardLog, isShardNotesLog } from './altered.ts';

/** Writers of logs. */
export const APPENDING: PlantedBugs = {
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
  'a shard that nobody notes': {
    ingestPorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry) => (isShardNotesLog(log) ? { kind: 'appended' } : ports.logStore.append(log, position, entry)),
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
  'an object that nobody waits for': {
    objects: (store) => ({
      ...store,
      put: async (address, bytes, digest) => {
        store.put(address, bytes, digest).catch(() => {});
      },
    }),
  },
  'parallel batches of one shard': { parallelizationFactor: 3 },
  'an append whose answer was lost taken for one that won': {
    ingestPorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (...call): Promise<AppendOutcome> => ports.logStore.append(...call).catch(() => ({ kind: 'appended' })),
      }),
    }),
  },
  'chunks that live no longer than what refers to them': {
    tableClient: (client) =>
      intercepted(client, async (command, go) => {
        if (!(command instanceof PutItemCommand) || command.input.Item?.pk?.S?.includes('#chunks#') !== true) return go(command);
        const expiresAtS = Number(command.input.Item.x?.N) - 7 * 86_400;
        return go(new PutItemCommand({ ...command.input, Item: { ...command.input.Item, x: { N: String(expiresAtS) } } }));
      }),
  },
};
