import { InvalidArgument } from '../definition/invalid-argument.ts';

/** What a region charges, in dollars. Taxes, discounts and free tiers are left out: they belong to an account, not to a pipeline. */
export interface Prices {
  /** Up to when AWS's price pages said so. */
  readonly asOf: string;
  readonly kinesis: {
    readonly perShardHour: number;
    /** A record counts one unit for every 25 KB of it or part of them. */
    readonly perMillionPutUnits: number;
    /** On top, where records are kept for more than 24 hours. */
    readonly perExtendedShardHour: number;
    /** Of what is kept for more than 7 days. */
    readonly perLongTermGbMonth: number;
  };
  readonly lambda: { readonly perMillionRequests: number; readonly perGbSecond: number };
  readonly dynamodb: {
    readonly perMillionWriteUnits: number;
    readonly perMillionReadUnits: number;
    readonly perGbMonth: number;
    /** Point-in-time recovery, of the table's size. */
    readonly perBackupGbMonth: number;
  };
  readonly s3: { readonly perMillionPuts: number; readonly perMillionGets: number; readonly perGbMonth: number };
  readonly scheduler: { readonly perMillionInvocations: number };
  /** Requests to the managed keys that streams and table are encrypted with. */
  readonly keys: { readonly perMillionRequests: number };
  /** Of WebSockets: a message, in or out, counts one for every 32 KB of it or part of them. Up to a billion a month; beyond that they are cheaper. */
  readonly apiGateway: { readonly perMillionMessages: number; readonly perMillionConnectionMinutes: number };
  readonly cloudWatch: { readonly perLogGb: number; readonly perAlarmMonth: number; readonly perMetricMonth: number };
  readonly managedFlink: { readonly perKpuHour: number; readonly perStorageGbMonth: number };
}

// aws.amazon.com: /kinesis/data-streams/pricing, /lambda/pricing (arm64), /dynamodb/pricing/on-demand, /s3/pricing, /eventbridge/pricing, /kms/pricing,
// /api-gateway/pricing, /cloudwatch/pricing, /managed-service-apache-flink/pricing. Only what was read there stands here: for another region, add its prices.
const PRICES: Readonly<Record<string, Prices>> = {
  'us-east-1': {
    asOf: '2026-05',
    kinesis: { perShardHour: 0.015, perMillionPutUnits: 0.014, perExtendedShardHour: 0.02, perLongTermGbMonth: 0.023 },
    lambda: { perMillionRequests: 0.2, perGbSecond: 1.33334e-5 },
    dynamodb: { perMillionWriteUnits: 0.625, perMillionReadUnits: 0.125, perGbMonth: 0.25, perBackupGbMonth: 0.2 },
    s3: { perMillionPuts: 5, perMillionGets: 0.4, perGbMonth: 0.023 },
    scheduler: { perMillionInvocations: 1 },
    keys: { perMillionRequests: 3 },
    apiGateway: { perMillionMessages: 1, perMillionConnectionMinutes: 0.25 },
    cloudWatch: { perLogGb: 0.5, perAlarmMonth: 0.1, perMetricMonth: 0.3 },
    managedFlink: { perKpuHour: 0.11, perStorageGbMonth: 0.1 },
  },
};

/** @throws {InvalidArgument} when no prices of the region are known. */
export function pricesOf(region: string): Prices {
  const prices = PRICES[region];
  if (prices === undefined)
    throw new InvalidArgument(region, `${Object.keys(PRICES).join(', ')}; prices differ by region, and no others are known here`, 'region');
  return prices;
}
