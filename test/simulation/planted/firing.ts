import { decodeEpoch } from '../../../shared/log/epoch.ts';
import { frame, unframe } from '../../../shared/log/frame.ts';
import type { LogEntry } from '../../../shared/log/log-entry.ts';
import { nextPosition } from '../../../shared/log/position.ts';
import type { SnapshotHeader } from '../../../shared/log/snapshot.ts';
import { type PlantedBugs, Postponed, altered, isEpochLog, isPublicationLog, isSnapshotLog, withEpochs } from './altered.ts';

/** Who appends epochs and writes snapshots. */
export const FIRING: PlantedBugs = {
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
  'an epoch that lost appended behind the one that won': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, position, entry) => {
          const outcome = await ports.logStore.append(log, position, entry);
          return outcome.kind === 'conflict' && isEpochLog(log) ? ports.logStore.append(log, nextPosition(position), entry) : outcome;
        },
      }),
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
};

function ofNextEpoch({ header, payload }: LogEntry): LogEntry {
  const snapshot = JSON.parse(header) as SnapshotHeader;
  const next = JSON.stringify({ ...snapshot, epoch: nextPosition(snapshot.epoch) });
  return { header: next, payload: frame(next, unframe(header, payload)) };
}
