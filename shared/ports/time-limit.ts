/** How long a call may go on. Who is near the end comes to a safe point and stops; the next call goes on from there. */
export interface TimeLimit {
  /** How much of its time the call has spent: from 0 to 1. */
  readonly spentShare: number;
}

/** For a process that nobody will end. */
export const NO_TIME_LIMIT: TimeLimit = { spentShare: 0 };
