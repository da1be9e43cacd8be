import { busyShards } from '../shared/adapters/memory/busy-shards.ts';
import { fixedShards } from '../shared/adapters/memory/fixed-shards.ts';
import type { MemoryLogStore } from '../shared/adapters/memory/memory-log-store.ts';
import { Fire } from '../shared/firing/fire.ts';
import { NO_SNAPSHOTS, type SnapshotPolicy } from '../shared/firing/snapshot-policy.ts';
import { epochLog } from '../shared/log/keys.ts';
import type { OutputRecord } from '../shared/ports/publisher.ts';
import { cpuUs } from './cpu.ts';
import { SHARDS } from './filled-logs.ts';
import { measurements, NOON_MS } from './measurements.ts';

export interface ColdFireOptions {
  /** Default: none are written. */
  readonly snapshots?: SnapshotPolicy;
  /** Sees what is published, a portion at a time. */
  readonly onPublish?: (records: readonly OutputRecord[]) => void;
}

/** A fire function of filled logs that has just started, how many panes it publishes, and when its epoch stood in the log. */
export function coldFire(logStore: MemoryLogStore, { snapshots = NO_SNAPSHOTS, onPublish }: ColdFireOptions = {}) {
  const seen = { panes: 0, appendedAtUs: 0 };
  const fire = new Fire(
    measurements,
    {
      logStore: {
        append: async (log, position, entry) => {
          const outcome = await logStore.append(log, position, entry);
          if (log === epochLog(measurements.name)) seen.appendedAtUs = cpuUs();
          return outcome;
        },
        read: async (log, after) => logStore.read(log, after),
        last: async (log) => logStore.last(log),
      },
      outputStream: {
        publish: async (records) => {
          seen.panes += records.length;
          onPublish?.(records);
        },
      },
      sideStream: { publish: async () => {} },
      shards: fixedShards(...SHARDS),
      shardProbe: busyShards,
      clock: { nowMs: () => NOON_MS + 61_000 },
    },
    { snapshots },
  );
  return { fire, seen };
}

/** Writes a snapshot whenever there is something to spare. */
export const ALWAYS: SnapshotPolicy = { isDue: () => true, isWorth: () => true };
