import { decodeDefinition } from '../log/definition-entry.ts';
import { decodeEpochHeader, type EpochHeader } from '../log/epoch.ts';
import { definitionLog, epochLog } from '../log/keys.ts';
import type { Position } from '../log/position.ts';
import type { LogStore } from '../ports/log-store.ts';

/** The newest epoch of each lane; absent before its first. */
export type LaneEpochs = readonly ({ readonly position: Position; readonly header: EpochHeader } | undefined)[];

/** `undefined` when no function of the pipeline has ever run. */
export async function laneEpochs(pipeline: string, logStore: LogStore): Promise<LaneEpochs | undefined> {
  const definition = await logStore.last(definitionLog(pipeline));
  if (definition === undefined) return undefined;
  const { lanes = 1 } = decodeDefinition(definition).description;
  return Promise.all(
    Array.from({ length: lanes }, async (_each, lane) => {
      const newest = await logStore.last(epochLog(pipeline, lane));
      return newest && { position: newest.position, header: decodeEpochHeader(newest) };
    }),
  );
}
