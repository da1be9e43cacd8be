import { decodeEpoch } from '../../shared/log/epoch.ts';
import type { LogName } from '../../shared/log/keys.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import { decideWatermark } from '../../shared/watermarks/decide-watermark.ts';
import type { ProcessPorts } from './process-life.ts';
import type { Mistake } from './processes.ts';
import type { Scope } from './scenario.ts';
import type { SCENARIOS } from './scenarios.ts';

type Wrapped = (ports: ProcessPorts) => ProcessPorts;

const over =
  (wrap: (store: LogStore, ports: ProcessPorts) => Partial<LogStore>): Wrapped =>
  (ports) => {
    const { logStore } = ports;
    const store: LogStore = {
      append: (log, position, entry) => logStore.append(log, position, entry),
      read: (log, after, consistency) => logStore.read(log, after, consistency),
      last: (log) => logStore.last(log),
      ...wrap(logStore, ports),
    };
    return { ...ports, logStore: store };
  };

const isEpochs = (log: LogName) => log.endsWith('#epochs');
const isPublications = (log: LogName) => log.endsWith('#published');

/** A conflict at a log that is taken for a success. */
const blindTo = (isBlind: (log: LogName) => boolean): Wrapped =>
  over((store) => ({
    append: async (log, position, entry) => {
      const outcome = await store.append(log, position, entry);
      return isBlind(log) && outcome.kind === 'conflict' ? { kind: 'appended' } : outcome;
    },
  }));

export interface PlantedMistake {
  readonly scenario: keyof typeof SCENARIOS;
  /** Where the scenario's own would take longer than needed. */
  readonly scope?: Partial<Scope>;
  readonly mistake: Mistake;
}

/** Mistakes that somebody could make, one at a time, by the scenario that shows them. */
export const PLANTED_MISTAKES: Readonly<Record<string, PlantedMistake>> = {
  'no condition on the append': { scenario: 'on time', mistake: { hasCondition: false } },
  'a batch acknowledged before it is appended': { scenario: 'on time', mistake: { acknowledgesFirst: true } },
  'a writer that takes a lost position for its own': { scenario: 'on time', mistake: { writerPorts: blindTo((log) => !isEpochs(log)) } },
  'a writer that takes no answer for a success': {
    scenario: 'on time',
    mistake: {
      writerPorts: over((store) => ({
        append: async (log, position, entry) => store.append(log, position, entry).catch(() => ({ kind: 'appended' })),
      })),
    },
  },
  'a writer that starts an expired log at zero': {
    scenario: 'expired',
    mistake: { writerPorts: over((store) => ({ last: async (log) => (isEpochs(log) ? undefined : store.last(log)) })) },
  },
  'refused records that never reach the side stream': {
    scenario: 'late',
    scope: { faults: 0 },
    mistake: { writerPorts: (ports) => ({ ...ports, sideStream: { publish: async () => {} } }) },
  },
  'a firer that trusts its memory after a conflict': { scenario: 'on time', mistake: { firerPorts: blindTo(isEpochs) } },
  'panes published before their epoch is appended': {
    scenario: 'on time',
    mistake: {
      firerPorts: over((store, { outputStream }) => ({
        append: async (log, position, entry) => {
          const panes = isEpochs(log) ? decodeEpoch({ ...entry }).panes : [];
          await outputStream.publish(panes.map((pane) => ({ partitionKey: pane.key, json: JSON.stringify(pane) })));
          return store.append(log, position, entry);
        },
      })),
    },
  },
  'an epoch appended without a look whether the one before it is published': {
    scenario: 'on time',
    mistake: {
      firerPorts: over((store) => ({
        last: async (log) => {
          const last = await store.last(log);
          // Says of the newest epoch that it is published, whatever is so.
          if (!isPublications(log)) return last;
          return store.last(log.replace(/published$/, 'epochs') as LogName);
        },
      })),
    },
  },
  'an epoch said to be published before it is': {
    scenario: 'on time',
    mistake: {
      firerPorts: over((store, { outputStream }) => ({
        append: async (log, position, entry) => {
          const outcome = await store.append(log, position, entry);
          if (isEpochs(log) && outcome.kind === 'appended') {
            await store.append(log.replace(/epochs$/, 'published') as LogName, position, { header: '{}', payload: new Uint8Array() });
            await outputStream.publish([]);
          }
          return outcome;
        },
      })),
    },
  },
  'a drain that reads what may be out of date': {
    scenario: 'on time',
    mistake: { firerPorts: over((store) => ({ read: async (log, after) => store.read(log, after, 'eventual') })) },
  },
  'a silent shard left out without a proof': {
    scenario: 'idle',
    mistake: { firerPorts: (ports) => ({ ...ports, shardProbe: { probe: async () => ({ kind: 'empty' }) } }) },
  },
  'the maximum over the shards for the minimum': {
    scenario: 'on time',
    mistake: {
      decide: (rules, facts) => {
        const decision = decideWatermark(rules, facts);
        const each = [...facts.shards].map(
          ([shard, known]) => decideWatermark(rules, { ...facts, shards: new Map([[shard, known]]) }).watermark,
        );
        return { ...decision, watermark: each.reduce((highest, watermark) => (watermark > highest ? watermark : highest)) };
      },
    },
  },
};
