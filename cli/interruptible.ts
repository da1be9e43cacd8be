import { EXIT_CODE } from './exit-code.ts';

/**
 * Runs something that Ctrl-C ends in order: the first asks it to come to its end, the second ends the process at once.
 *
 * @param work Told by the signal that it is to end.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stopping = new AbortController();
  const stop = () => {
    if (stopping.signal.aborted) process.exit(EXIT_CODE.interrupted);
    stopping.abort();
    process.exitCode = EXIT_CODE.interrupted;
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  try {
    return await work(stopping.signal);
  } finally {
    process.off('SIGINT', stop).off('SIGTERM', stop);
  }
}
