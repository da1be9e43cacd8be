import type { Batching } from './batching.ts';
import { type KeyKind, MEASURED, type RowBytes } from './measured.ts';

/** Bytes of the payload of a commit of an average batch. */
export function commitPayloadBytes({ events, rows, slices }: Batching, keyKind: KeyKind): number {
  if (rows === 0) return 0;
  return slices * MEASURED.commit.sliceBytes + rows * rowBytes(keyKind, events / rows);
}

/** Bytes of a row, between the two points that were measured next to it. */
export function rowBytes(keyKind: KeyKind, eventsPerRow: number): number {
  const points: RowBytes = MEASURED.commit.rowBytes[keyKind];
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined) throw new Error(`nothing was measured for keys like ${keyKind}`);
  const above = points.findIndex(([events]) => events >= eventsPerRow);
  if (above === -1) return last[1];
  if (above === 0) return first[1];
  const [[fromEvents, fromBytes], [toEvents, toBytes]] = [points[above - 1], points[above]] as [[number, number], [number, number]];
  return fromBytes + ((eventsPerRow - fromEvents) / (toEvents - fromEvents)) * (toBytes - fromBytes);
}
