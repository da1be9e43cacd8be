import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import { monthlyCost } from '../../shared/cost/monthly-cost.ts';
import { settleWorkload, type Workload, type WorkloadOptions } from '../../shared/cost/workload.ts';
import { UsageError } from '../command-error.ts';
import { formatCost } from './format-cost.ts';

export interface CostCommandOptions extends WorkloadOptions {
  readonly ingestMemory: number;
  readonly fireMemory: number;
  readonly s3: boolean;
  readonly json?: boolean;
}

/**
 * `mullion cost`: what a pipeline costs in a month, part by part, and beside it what else would do the work.
 *
 * @throws {CommandError} when an option cannot be; it says what was given and what is allowed.
 */
export function costCommand({ json, s3, ingestMemory, fireMemory, ...options }: CostCommandOptions): void {
  const largePayloads = s3 ? 's3' : 'dynamodb';
  const cost = monthlyCost(settled({ ...options, largePayloads, ingestMemoryMb: ingestMemory, fireMemoryMb: fireMemory }));
  process.stdout.write(json === true ? `${JSON.stringify(cost, undefined, 2)}\n` : `${formatCost(cost).join('\n')}\n`);
}

function settled(options: WorkloadOptions): Workload {
  try {
    return settleWorkload(options);
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error;
    const option = (error.field ?? '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    throw new UsageError(`--${option}: ${error.message}; mullion cost --help shows what there is`, { cause: error });
  }
}
