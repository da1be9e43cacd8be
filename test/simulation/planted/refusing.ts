import { type Commit, decodeCommit } from '../../../shared/log/commit.ts';
import { decodeEpoch, encodeEpoch, type Epoch } from '../../../shared/log/epoch.ts';
import type { PositionedEntry } from '../../../shared/log/log-entry.ts';
import type { Pipeline } from '../../../shared/pipeline/pipeline.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../../../shared/time/event-time.ts';
import type { SentEvent } from '../sent-event.ts';
import { type PlantedBugs, Postponed, altered, isEpochLog, isShardLog, withEpochs } from './altered.ts';

/** Who finds an event late, or refuses it. */
export const REFUSING: PlantedBugs = {
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
};

function ownWatermark(pipeline: Pipeline<SentEvent>, { clocks }: Commit): EventTime {
  const watermarks = Object.entries(clocks).flatMap(([source, { time }]) => {
    const strategy = pipeline.sources.strategies.get(source);
    return time === undefined || strategy === undefined ? [] : [strategy.watermarkAt(time)];
  });
  return watermarks.length === 0 ? BEGINNING_OF_TIME : (Math.max(...watermarks) as EventTime);
}
