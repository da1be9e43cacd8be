import { Duration } from 'aws-cdk-lib';
import * as cloudwatch from 'aws-cdk-lib/aws-cloudwatch';
import type * as dynamodb from 'aws-cdk-lib/aws-dynamodb';
import type * as lambda from 'aws-cdk-lib/aws-lambda';
import { pricesOf } from '../../shared/cost/prices.ts';

/** A function that costs by the memory it has, for the time it runs. */
export interface CostingFunction {
  readonly function: lambda.IFunction;
  readonly memoryMb: number;
}

/** Whose prices a dashboard counts with. It is an estimate to look at, no bill. */
export const PRICED_REGION = 'us-east-1';

const DAY = Duration.days(1);
const { asOf, dynamodb: table, kinesis, lambda: functions } = pricesOf(PRICED_REGION);
const MILLION = 1e6;

export const PRICES_AS_OF = asOf;

/** Dollars a day of functions, from their requests and their time. */
export function functionsCost(label: string, costing: readonly CostingFunction[]): cloudwatch.MathExpression {
  const id = label.replace(/[^a-z]/g, '');
  const usingMetrics: Record<string, cloudwatch.IMetric> = {};
  const terms = costing.map(({ function: each, memoryMb }, index) => {
    const [runs, ms] = [`${id}${index}runs`, `${id}${index}ms`];
    usingMetrics[runs] = each.metricInvocations({ statistic: cloudwatch.Stats.SUM, period: DAY });
    usingMetrics[ms] = each.metricDuration({ statistic: cloudwatch.Stats.SUM, period: DAY });
    const perMs = ((memoryMb / 1_024) * functions.perGbSecond) / 1_000;
    return `${runs} * ${decimal(functions.perMillionRequests / MILLION)} + ${ms} * ${decimal(perMs)}`;
  });
  return new cloudwatch.MathExpression({ label, expression: terms.join(' + '), usingMetrics, period: DAY });
}

/** Dollars a day of what is written to a table, and read. Not of what is kept. */
export function tableCost(label: string, { tableName }: Pick<dynamodb.ITable, 'tableName'>): cloudwatch.MathExpression {
  const units = (metricName: string) =>
    new cloudwatch.Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      dimensionsMap: { TableName: tableName },
      statistic: cloudwatch.Stats.SUM,
      period: DAY,
    });
  return new cloudwatch.MathExpression({
    label,
    expression: `writes * ${decimal(table.perMillionWriteUnits / MILLION)} + reads * ${decimal(table.perMillionReadUnits / MILLION)}`,
    usingMetrics: { writes: units('ConsumedWriteCapacityUnits'), reads: units('ConsumedReadCapacityUnits') },
    period: DAY,
  });
}

/** Dollars a day of shards, used or not. */
export function shardsCost(shards: number): number {
  return shards * kinesis.perShardHour * 24;
}

/** CloudWatch reads no exponents. */
function decimal(dollars: number): string {
  return dollars.toFixed(15).replace(/0+$/, '');
}
