import { type ControlStanding, decodeControlEntry } from '../log/control-request.ts';
import type { PositionedEntry } from '../log/log-entry.ts';
import { nextPosition, ORIGIN, type Position } from '../log/position.ts';
import { BEGINNING_OF_TIME, type EventTime } from '../time/event-time.ts';

/** What firing must do next, by all that was asked of it. */
export interface Orders {
  /** After everything that is new has been obeyed; absent while nothing was ever asked for. */
  readonly standing: ControlStanding | undefined;
  /** Whether an epoch must record that something was obeyed. */
  readonly isNew: boolean;
  readonly isPaused: boolean;
  readonly drains: boolean;
}

export interface ControlFacts {
  /** By the last epoch. */
  readonly standing: ControlStanding | undefined;
  /** Behind the last that was obeyed, in order. */
  readonly requests: readonly PositionedEntry[];
  /** Whether the function itself was invoked to drain. */
  readonly isDrain: boolean;
  /** The last. */
  readonly epoch: Position;
  /** How far beyond its arrival the time of an event may lie. */
  readonly maxFutureSkewMs: number;
  /** Mostly nobody asks. */
  readonly nowMs: number;
}

/** Takes requests one after the other; several of one tick come to what they would have come to one by one, but that a drain of them happens at the end. */
export function obey(facts: ControlFacts): Orders {
  const { standing, requests, isDrain, epoch } = facts;
  let { obeyed, pausedSinceMs, checkpoint, incompleteTo }: Partial<ControlStanding> = { obeyed: ORIGIN, ...standing };
  let drains = isDrain;
  for (const request of requests) {
    obeyed = request.position;
    const entry = decodeControlEntry(request);
    if (entry.kind === 'discard') {
      incompleteTo = Math.max(incompleteTo ?? BEGINNING_OF_TIME, entry.arrivedToMs + facts.maxFutureSkewMs) as EventTime;
      continue;
    }
    switch (entry.action) {
      case 'pause':
        pausedSinceMs ??= facts.nowMs;
        break;
      case 'resume':
        pausedSinceMs = undefined;
        break;
      case 'drain':
        pausedSinceMs = undefined;
        drains = true;
        break;
      case 'checkpoint':
        checkpoint = nextPosition(epoch);
        break;
    }
  }
  // Whoever invokes it now has asked after all of them.
  if (isDrain) pausedSinceMs = undefined;
  const isNew = requests.length > 0;
  const after: ControlStanding = {
    obeyed,
    ...(pausedSinceMs === undefined ? {} : { pausedSinceMs }),
    ...(checkpoint === undefined ? {} : { checkpoint }),
    ...(incompleteTo === undefined ? {} : { incompleteTo }),
  };
  return {
    standing: isNew || standing !== undefined ? after : undefined,
    isNew,
    // Paused right behind a drain: the drain comes first.
    isPaused: pausedSinceMs !== undefined && !drains,
    drains,
  };
}
