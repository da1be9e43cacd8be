/** Tells firing that something may leave, so that nobody waits for its schedule. */
export interface Waker {
  /** Resolves when the message is on its way. A message that gets lost costs time, no result: firing runs on its schedule all the same. */
  wake(): Promise<void>;
}
