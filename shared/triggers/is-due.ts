import type { Trigger } from './trigger.ts';

/** What has come since the pane before. */
export interface Fresh {
  readonly events: number;
  /** Of them, those that matter. */
  readonly critical: number;
}

/**
 * Whether what has changed must fire.
 *
 * @param trigger Absent: every change fires.
 * @param intervalIsOver Whether the trigger's interval of processing time is over.
 */
export function isDue(trigger: Trigger<never> | undefined, intervalIsOver: boolean, { events, critical }: Fresh): boolean {
  if (trigger === undefined) return true;
  if (trigger.everyMs !== undefined && intervalIsOver) return true;
  if (trigger.events !== undefined && events >= trigger.events) return true;
  return trigger.critical !== undefined && critical > 0;
}
