import type { Workload } from '../../shared/cost/workload.ts';

/** The props of `WindowPipeline` that make a pipeline cost what was computed, as code: those that are not its defaults. */
export function constructProps(workload: Workload): string[] {
  const { batchWindowMs, batchRecordsMax, largePayloads, panesPerRecord, shards, outputShards, lanes, tickMs } = workload;
  const { streamRetentionHours, stateRetentionDays, ingestMemoryMb, fireMemoryMb } = workload;
  const props: readonly [name: string, value: number | string, usual: number | string][] = [
    ['batchWindow', `Duration.seconds(${batchWindowMs / 1_000})`, 'Duration.seconds(1)'],
    ['payloads', largePayloads === 's3' ? '{}' : '', ''],
    ['panesPerRecord', `'${panesPerRecord}'`, "'one'"],
    ['inputShardCount', shards, 1],
    ['outputShardCount', outputShards, 1],
    ['batchSize', batchRecordsMax, 10_000],
    ['lanes', lanes, 1],
    ['tickInterval', `Duration.minutes(${tickMs / 60_000})`, 'Duration.minutes(1)'],
    ['streamRetention', `Duration.hours(${streamRetentionHours})`, 'Duration.hours(24)'],
    ['stateRetention', `Duration.days(${stateRetentionDays})`, 'Duration.days(30)'],
    ['ingestMemoryMb', ingestMemoryMb, 512],
    ['fireMemoryMb', fireMemoryMb, 1_769],
  ];
  return props.filter(([, value, usual]) => value !== usual).map(([name, value]) => `${name}: ${value}`);
}
