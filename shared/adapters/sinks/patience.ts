import {
  circuitBreaker,
  ConsecutiveBreaker,
  DelegateBackoff,
  handleWhen,
  type IPolicy,
  type IRetryBackoffContext,
  retry,
  wrap,
} from 'cockatiel';
import { backoffMs } from '../pause.ts';

/** How long somebody is asked who does not answer, or not as they should. */
export interface PatienceOptions {
  /** How often a request is made that fails for a reason that may pass. Default 3. */
  readonly attemptsMax?: number;
  /** The wait before the second attempt, doubled before each further one, up to `backoffMaxMs`; the receiver's `Retry-After` counts where it says so. Default 200 ms and 5 s. */
  readonly backoffFirstMs?: number;
  /** The longest wait between two attempts, in milliseconds. */
  readonly backoffMaxMs?: number;
  /** After so many attempts in a row that fail nobody asks the receiver any more, */
  readonly breakAfter?: number;
  /** until so much later one request tries. Defaults 5, and 30 seconds. */
  readonly breakForMs?: number;
}

/** Whether the same request may succeed another time, and after which wait its receiver wants it. */
interface PassingFailure {
  readonly mayPass: boolean;
  readonly retryAfterMs?: number | undefined;
}

/**
 * Asks again, and less and less often, and at last not at all for a while (`BrokenCircuitError`).
 *
 * @param failureOf What a failure is; absent for one that will not pass.
 */
export function patient(failureOf: (error: unknown) => PassingFailure | undefined, options: PatienceOptions): IPolicy {
  const { attemptsMax = 3, backoffFirstMs = 200, backoffMaxMs = 5_000, breakAfter = 5, breakForMs = 30_000 } = options;
  const passing = handleWhen((error) => failureOf(error)?.mayPass === true);
  const wait = ({ attempt, result }: IRetryBackoffContext<unknown>) => {
    const asked = 'error' in result ? failureOf(result.error)?.retryAfterMs : undefined;
    return Math.min(asked ?? backoffMs(attempt, { firstMs: backoffFirstMs, maxMs: backoffMaxMs }), backoffMaxMs);
  };
  return wrap(
    retry(passing, { maxAttempts: attemptsMax - 1, backoff: new DelegateBackoff(wait) }),
    circuitBreaker(passing, { halfOpenAfter: breakForMs, breaker: new ConsecutiveBreaker(breakAfter) }),
  );
}
