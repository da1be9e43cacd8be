import { type CountsByWindow, totalOf } from '../log/counts.ts';
import type { Departure } from './firing-state.ts';

/** What one firing did itself. What another function appended is that one's work, so that of all functions together nothing is told twice. */
export interface FiringWork {
  /** Commits that were read for the first time by this memory. */
  readonly commits: number;
  /** Epochs appended: one at most. */
  readonly epochs: number;
  /** Panes in it. */
  readonly panes: number;
  /** Of them, those that say again what a window has said, because of late events. */
  readonly latePanes: number;
  /** Windows that opened since the epoch before, less those that merged with one that was open; of sliding windows the slices. */
  readonly windowsCreated: number;
  /** Windows that closed with it. */
  readonly windowsCompleted: number;
  /** Events that were found too late for a window only here, once for each window. */
  readonly tooLateEvents: number;
}

/** Where nothing was appended. */
export function readingOnly(commits: number): FiringWork {
  return { commits, epochs: 0, panes: 0, latePanes: 0, windowsCreated: 0, windowsCompleted: 0, tooLateEvents: 0 };
}

/** What changes when an epoch is appended. */
export interface EpochStep {
  /** Windows that the epoch before left open. */
  readonly openBefore: number;
  /** Those open when everything was read, and nothing had left. */
  readonly openAbsorbed: number;
  readonly openAfter: number;
  /** Totals before and with it. */
  readonly lateBefore: CountsByWindow;
  readonly lateAfter: CountsByWindow;
}

/** Of a firing that appended an epoch. All of it is a difference of two states, so a memory that was built anew counts alike. */
export function workOf(commits: number, { count, late }: Departure, step: EpochStep): FiringWork {
  return {
    commits,
    epochs: 1,
    panes: count,
    latePanes: late,
    windowsCreated: Math.max(0, step.openAbsorbed - step.openBefore),
    windowsCompleted: Math.max(0, step.openAbsorbed - step.openAfter),
    tooLateEvents: totalOf(step.lateAfter) - totalOf(step.lateBefore),
  };
}

export function addWork(a: FiringWork, b: FiringWork): FiringWork {
  return {
    commits: a.commits + b.commits,
    epochs: a.epochs + b.epochs,
    panes: a.panes + b.panes,
    latePanes: a.latePanes + b.latePanes,
    windowsCreated: a.windowsCreated + b.windowsCreated,
    windowsCompleted: a.windowsCompleted + b.windowsCompleted,
    tooLateEvents: a.tooLateEvents + b.tooLateEvents,
  };
}
