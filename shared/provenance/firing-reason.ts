import type { EpochHeader } from '../log/epoch.ts';
import type { Pane } from '../pipeline/pane.ts';
import type { WindowOperator } from '../pipeline/window-operator.ts';
import { END_OF_TIME } from '../time/event-time.ts';
import type { FiringReason } from './explanation.ts';

/** What made a pane fire, by the definition and by what its epoch says was due. */
export function firingReason(operator: WindowOperator<never>, { pane, window }: Pane, epoch: EpochHeader): FiringReason {
  if (pane.isRetraction === true) return 'withdrawal';
  if (epoch.watermark === END_OF_TIME) return 'drain';
  if (pane.timing === 'ON_TIME') return 'end';
  const [trigger, timer] = pane.timing === 'EARLY' ? [operator.early, `${window}:early`] : [operator.late, `${window}:late`];
  if (trigger === undefined) return 'change';
  if (trigger.everyMs !== undefined && epoch.timersDue.includes(timer)) return 'interval';
  if (pane.isLast) return 'closing';
  return trigger.events === undefined ? 'event' : 'count';
}
