/** How a mapping delivers: the settings of Lambda's Kinesis event source mapping, with Lambda's defaults. */
export interface MappingConfiguration {
  /** Records in a batch at most: 1 to 10,000, 100 by default. */
  readonly batchSize: number;
  /** How long a batch may wait to fill up: 0 to 300,000, 0 by default. */
  readonly batchWindowMs: number;
  /** Retries of a batch before it is discarded; -1, the default, is for ever. */
  readonly maximumRetryAttempts: number;
  /**
   * Age since arrival at which records are discarded; -1, the default, is never. AWS wants 60 at least: less is allowed
   * here, so that a drill need not take a minute.
   */
  readonly maximumRecordAgeSeconds: number;
  /** Halve a failed batch, so that one poison record ends up alone. */
  readonly bisectBatchOnFunctionError: boolean;
  /** Whether the function's answer may name the records that failed; otherwise it is not looked at. */
  readonly functionResponseTypes: readonly 'ReportBatchItemFailures'[];
  /** Always 1. */
  readonly parallelizationFactor: number;
}

const DEFAULTS: MappingConfiguration = {
  batchSize: 100,
  batchWindowMs: 0,
  maximumRetryAttempts: -1,
  maximumRecordAgeSeconds: -1,
  bisectBatchOnFunctionError: false,
  functionResponseTypes: [],
  parallelizationFactor: 1,
};

const BATCH_SIZE_MAX = 10_000;
const BATCH_WINDOW_MS_MAX = 300_000;
const RETRY_ATTEMPTS_MAX = 10_000;
const RECORD_AGE_SECONDS_MAX = 604_800;

/** Fills in the defaults. Throws a `RangeError` that says what a setting may be. */
export function mappingConfiguration(settings: Partial<MappingConfiguration> = {}): MappingConfiguration {
  const configuration = { ...DEFAULTS, ...settings };
  if (configuration.parallelizationFactor !== 1) {
    throw new RangeError(
      `parallelizationFactor is ${configuration.parallelizationFactor}, but only 1 keeps the order of a shard: with more, ` +
        'batches of one shard run side by side, and records behind the highest committed one would be taken for repeats.',
    );
  }
  requireWithin(configuration, 'batchSize', 1, BATCH_SIZE_MAX);
  requireWithin(configuration, 'batchWindowMs', 0, BATCH_WINDOW_MS_MAX);
  requireWithin(configuration, 'maximumRetryAttempts', -1, RETRY_ATTEMPTS_MAX);
  requireWithin(configuration, 'maximumRecordAgeSeconds', -1, RECORD_AGE_SECONDS_MAX);
  return configuration;
}

type NumericSetting = 'batchSize' | 'batchWindowMs' | 'maximumRetryAttempts' | 'maximumRecordAgeSeconds';

function requireWithin(configuration: MappingConfiguration, name: NumericSetting, min: number, max: number): void {
  const value = configuration[name];
  if (Number.isInteger(value) && value >= min && value <= max) return;
  throw new RangeError(`${name} is ${value}, but must be a whole number from ${min} to ${max}.`);
}
