export interface ScheduleOptions {
  readonly everyMs: number;
  readonly run: () => unknown;
  /** Gets what `run` throws; the schedule goes on. */
  readonly onError: (error: unknown) => void;
  /**
   * What happens when a run is not over at the next tick: `skip`, the default, leaves that tick out; `overlap` starts
   * another run beside it, as a scheduler in the cloud does.
   */
  readonly whenBusy?: 'skip' | 'overlap';
}

export interface Schedule {
  /** No further ticks; resolves when the runs in progress have ended. */
  stop(): Promise<void>;
}

/** Calls `run` every `everyMs` milliseconds, the first time after one interval. */
export function startSchedule({ everyMs, run, onError, whenBusy = 'skip' }: ScheduleOptions): Schedule {
  const running = new Set<Promise<void>>();
  const runOnce = async () => {
    try {
      await run();
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(() => {
    if (whenBusy === 'skip' && running.size > 0) return;
    const current = runOnce().finally(() => running.delete(current));
    running.add(current);
  }, everyMs);
  return {
    stop: async () => {
      clearInterval(timer);
      await Promise.all(running);
    },
  };
}
