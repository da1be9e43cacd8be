/** As a shell reports a process that SIGINT ended. */
const INTERRUPTED = 128 + 2;

/**
 * Runs something that Ctrl-C ends in order: the first asks it to come to its end, the second ends the process at once.
 *
 * @param work Told by the signal that it is to end.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(INTERRUPTED);
    stopping.abort();
    process.exitCode = INTERRUPTED;
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
