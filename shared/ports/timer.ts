/** Waits for others, and not for ever. */
export interface Timer {
  /**
   * What some work comes to, when it does so in time.
   *
   * @param work Its signal is aborted when time is over.
   * @throws {TimeoutError} when time is over.
   */
  within<T>(ms: number, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
}

/** Something took longer than it may. */
export class TimeoutError extends Error {
  override readonly name = 'TimeoutError';

  constructor(ms: number) {
    super(`it took longer than ${ms} ms`);
  }
}
