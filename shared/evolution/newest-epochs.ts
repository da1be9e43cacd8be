import { decodeEpochHeader, type EpochHeader } from '../log/epoch.ts';
import { epochLog } from '../log/keys.ts';
import type { Pipeline } from '../pipeline/pipeline.ts';
import type { LogStore } from '../ports/log-store.ts';

/** The newest epoch of every lane; `undefined` for one that has none. */
export async function newestEpochs({ name, lanes }: Pipeline<never>, logStore: LogStore): Promise<(EpochHeader | undefined)[]> {
  const logs = Array.from({ length: lanes }, (_each, lane) => epochLog(name, lane));
  const entries = await Promise.all(logs.map((log) => logStore.last(log)));
  return entries.map((entry) => entry && decodeEpochHeader(entry));
}
