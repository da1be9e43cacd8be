import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import { METRIC_NAMESPACE, type MetricName, PIPELINE_DIMENSION } from '../../functions/telemetry/metric-catalogue.ts';

/** A metric that the functions of a pipeline publish; by the minute, where nothing else is said. */
export function pipelineMetric(
  service: string,
  name: MetricName,
  { period = Duration.minutes(1), ...options }: cloudwatch.MetricOptions & Required<Pick<cloudwatch.MetricOptions, 'statistic'>>,
): cloudwatch.Metric {
  return new cloudwatch.Metric({
    namespace: METRIC_NAMESPACE,
    metricName: name,
    dimensionsMap: { [PIPELINE_DIMENSION]: service },
    period,
    ...options,
  });
}
