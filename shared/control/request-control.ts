import { type ControlAction, type ControlEntry, encodeControlEntry } from '../log/control-request.ts';
import { controlLog } from '../log/keys.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import type { Clock } from '../ports/clock.ts';
import type { LogStore } from '../ports/log-store.ts';
import { LaneLogs } from './lane-logs.ts';

export interface ControlPorts {
  readonly logStore: LogStore;
  readonly clock: Clock;
}

/**
 * Asks something of a running pipeline: one conditional append. The next firing of each lane obeys it, and an epoch says so.
 *
 * @returns The request's position in the control log.
 */
export async function requestControl(pipeline: string, action: ControlAction, { logStore, clock }: ControlPorts): Promise<Position> {
  return appendControl(pipeline, { kind: 'control', action, requestedAtMs: clock.nowMs() }, logStore);
}

/** Behind what is there. */
export async function appendControl(pipeline: string, entry: ControlEntry, logStore: LogStore): Promise<Position> {
  const log = controlLog(pipeline);
  for (;;) {
    const newest = await logStore.last(log);
    const position = nextPosition(newest?.position ?? (await obeyedUpTo(pipeline, logStore)));
    const outcome = await logStore.append(log, position, encodeControlEntry(entry));
    if (outcome.kind !== 'conflict') return position;
  }
}

/** Where the log goes on when all of it has expired: a position that has been obeyed would never be read again. */
async function obeyedUpTo(pipeline: string, logStore: LogStore): Promise<Position> {
  const heads = (await new LaneLogs(pipeline, logStore).look()) ?? [];
  return heads.reduce<Position>((highest, { newest }) => {
    const { obeyed = ORIGIN } = newest?.header.control ?? {};
    return obeyed > highest ? obeyed : highest;
  }, ORIGIN);
}
