import { decodeControlEntry, encodeControlEntry } from '../../../shared/log/control-request.ts';
import type { PositionedEntry } from '../../../shared/log/log-entry.ts';
import { FIRST_LANE } from '../../../shared/pipeline/lane.ts';
import type { EventTime } from '../../../shared/time/event-time.ts';
import { type PlantedBugs, altered, isControlLog, isSnapshotLog, withEpochs } from './altered.ts';

const A_SECOND_MS = 1_000;

/** Who does what somebody has asked for. */
export const OBEYING: PlantedBugs = {
  'a pause that advances the watermark': {
    firePorts: (ports) => ({
      ...ports,
      logStore: withEpochs(ports.logStore, (epoch) =>
        epoch.control?.pausedSinceMs === undefined ? epoch : { ...epoch, watermark: (epoch.watermark + A_SECOND_MS) as EventTime },
      ),
    }),
  },
  'a pause that is noted and not kept': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        read: async (log, ...call) => {
          const entries = await ports.logStore.read(log, ...call);
          return isControlLog(log) ? entries.map(withoutPause) : entries;
        },
      }),
    }),
  },
  'a request that no epoch notes': {
    firePorts: (ports) => ({
      ...ports,
      logStore: withEpochs(ports.logStore, ({ control: _control, ...epoch }) => epoch),
    }),
  },
  'a drain that skips lanes': {
    firePorts: (ports, _made, lane) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        read: async (log, ...call) => (isControlLog(log) && lane !== FIRST_LANE ? [] : ports.logStore.read(log, ...call)),
      }),
    }),
  },
  'a checkpoint that is taken for written': {
    firePorts: (ports) => ({
      ...ports,
      logStore: altered(ports.logStore, {
        append: async (log, ...call) => (isSnapshotLog(log) ? { kind: 'appended' } : ports.logStore.append(log, ...call)),
      }),
    }),
  },
};

function withoutPause(entry: PositionedEntry): PositionedEntry {
  const asked = decodeControlEntry(entry);
  if (asked.kind !== 'control' || asked.action !== 'pause') return entry;
  return { ...entry, ...encodeControlEntry({ ...asked, action: 'resume' }) };
}
