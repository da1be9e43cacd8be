import { Metrics } from '@aws-lambda-powertools/metrics';
import type { Figure, FigureWriter } from './meter.ts';
import { METRIC_NAMESPACE, METRICS, SHARD_DIMENSION } from './metric-catalogue.ts';

/** Writes figures as lines of the function's log that CloudWatch makes metrics of (Embedded Metric Format): no request, no permission, no waiting. */
export class EmfWriter implements FigureWriter {
  readonly #metrics: Metrics;

  /** @param service The pipeline's name among all of the account: the dimension. */
  constructor(service: string) {
    this.#metrics = new Metrics({ namespace: METRIC_NAMESPACE, serviceName: service });
  }

  write(figures: readonly Figure[]): void {
    // A line has one set of dimensions for all that is in it.
    for (const [shard, own] of Map.groupBy(figures, (figure) => figure.shard)) {
      if (shard !== undefined) this.#metrics.addDimension(SHARD_DIMENSION, shard);
      for (const { name, values } of own) for (const value of values) this.#metrics.addMetric(name, METRICS[name].unit, value);
      this.#metrics.publishStoredMetrics();
    }
  }
}
