import type { FireReport } from '../../shared/firing/fire-report.ts';
import { END_OF_TIME, type EventTime } from '../../shared/time/event-time.ts';

/** How the watermark moves from firing to firing, as one environment sees it. */
export interface Movement {
  /** Since the firing before; 0 for the first. */
  readonly advanceMs: number;
  /** For how long commits have come and it has not moved, or since when the pipeline is paused. It does not grow while nothing comes. */
  readonly stuckMs: number;
}

export class WatermarkMovement {
  #watermark: EventTime | undefined;
  /** The first and the last firing that read commits and did not move it. */
  #still: { readonly fromMs: number; readonly toMs: number } | undefined;

  take({ watermark, work, pausedSinceMs }: Pick<FireReport, 'watermark' | 'work' | 'pausedSinceMs'>, nowMs: number): Movement {
    const before = this.#watermark;
    if (before === undefined || watermark > before) {
      this.#watermark = watermark;
      this.#still = undefined;
      return { advanceMs: before === undefined || watermark === END_OF_TIME ? 0 : watermark - before, stuckMs: 0 };
    }
    if (pausedSinceMs !== undefined) return { advanceMs: 0, stuckMs: nowMs - pausedSinceMs };
    // After a drain it has nowhere to go.
    if (work.commits > 0 && before < END_OF_TIME) this.#still = { fromMs: this.#still?.fromMs ?? nowMs, toMs: nowMs };
    return { advanceMs: 0, stuckMs: this.#still === undefined ? 0 : this.#still.toMs - this.#still.fromMs };
  }
}
