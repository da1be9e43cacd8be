/**
 * Panes as metrics.
 *
 * @module mullion/sinks/cloudwatch
 */
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Pane } from '../../pipeline/pane.ts';
import type { Clock } from '../../ports/clock.ts';
import type { PaneSink } from '../../ports/pane-sink.ts';
import { systemClock } from '../system-clock.ts';

/** What {@link MetricSink} writes. */
export interface MetricSinkOptions {
  /** Of the metrics. */
  readonly namespace: string;
  /**
   * Dimensions beside `service` (the pipeline) and `window`: `(pane) => ({ store: pane.key })`. Each combination of values is a metric of its own, $0.30 a month: a thousand keys are $300.
   * Without it all keys come under one name, whose sum, least and most CloudWatch tells.
   */
  readonly dimensions?: (pane: Pane) => Readonly<Record<string, string>>;
  /** Which panes become metrics. Default: the one on time, since CloudWatch adds up and takes nothing back. */
  readonly takes?: (pane: Pane) => boolean;
  /** The time of what is written; the system's by default. */
  readonly clock?: Clock;
}

// What CloudWatch takes: two weeks back, two hours ahead.
const AGE_MS_MAX = 14 * 86_400_000;
const AHEAD_MS_MAX = 2 * 3_600_000;

/**
 * Makes CloudWatch metrics of results, by lines of the function's log (Embedded Metric Format): no request, no permission. Every number in `value` is one, called by its aggregate and, below
 * that, by its fields (`delay.p95`); its time is the last millisecond of the window. Windows farther back than two weeks are left out, for CloudWatch takes none.
 */
export class MetricSink implements PaneSink {
  readonly #options: MetricSinkOptions;

  constructor(options: MetricSinkOptions) {
    this.#options = options;
  }

  async put(panes: readonly Pane[]): Promise<void> {
    const { takes = isOnTime } = this.#options;
    for (const pane of panes) if (takes(pane) && this.#isInTime(pane)) this.#write(pane);
  }

  #isInTime({ end }: Pane): boolean {
    const ageMs = (this.#options.clock ?? systemClock).nowMs() - end;
    return ageMs <= AGE_MS_MAX && ageMs >= -AHEAD_MS_MAX;
  }

  #write(pane: Pane): void {
    const { namespace, dimensions } = this.#options;
    const numbers = numbersIn(pane.value);
    if (numbers.length === 0) return;
    const metrics = new Metrics({ namespace, serviceName: pane.pipeline });
    metrics.addDimensions({ window: pane.window, ...dimensions?.(pane) });
    metrics.setTimestamp(pane.end - 1);
    for (const [name, value] of numbers) metrics.addMetric(name, MetricUnit.NoUnit, value);
    metrics.publishStoredMetrics();
  }
}

function isOnTime({ pane }: Pane): boolean {
  return pane.timing === 'ON_TIME' && pane.isRetraction !== true;
}

/** Every number of a result, by the names that lead to it. What stands in lists is no metric. */
function numbersIn(value: unknown, name = ''): [string, number][] {
  if (typeof value === 'number') return Number.isFinite(value) ? [[name, value]] : [];
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [];
  return Object.entries(value).flatMap(([field, inner]) => numbersIn(inner, name === '' ? field : `${name}.${field}`));
}
