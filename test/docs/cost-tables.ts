import { formatCost } from '../../cli/cost/format-cost.ts';
import { rowBytes } from '../../shared/cost/commit-size.ts';
import { MEASURED } from '../../shared/cost/measured.ts';
import { type MonthlyCost, monthlyCost } from '../../shared/cost/monthly-cost.ts';
import { MONTH_S } from '../../shared/cost/month.ts';
import { settleWorkload, type WorkloadOptions } from '../../shared/cost/workload.ts';

const TYPICAL: WorkloadOptions = { rate: 1_000, keys: 10_000, eventBytes: 200, window: '1m' };

const OPTION_NAMES: Readonly<Record<string, string>> = {
  eventsPerRecord: '`--events-per-record`',
  gzipRatio: '`--gzip-ratio`',
  stateRetentionDays: '`--state-retention-days`',
};

/** The rates of the table, and what is set otherwise at each. */
export const RATES: readonly { readonly rate: number; readonly atMost?: number; readonly options?: Partial<WorkloadOptions> }[] = [
  { rate: 1, atMost: 1 },
  { rate: 100, atMost: 5 },
  { rate: 1_000, atMost: 20 },
  { rate: 10_000, atMost: 50 },
  { rate: 100_000, atMost: 120, options: { eventsPerRecord: 100, gzipRatio: 3 } },
  { rate: 100_000, atMost: 120, options: { eventsPerRecord: 100, stateRetentionDays: 7 } },
  { rate: 100_000 },
];

function costAt(rate: number, options: Partial<WorkloadOptions> = {}): MonthlyCost {
  return monthlyCost(settleWorkload({ ...TYPICAL, ...options, rate }));
}

/** What docs/COST.md shows, as the code says it: what the command prints, and three tables. */
export const COST_SAMPLES: Readonly<Record<'example' | 'rates' | 'steps' | 'idle', string>> = {
  example: formatCost(costAt(1_000)).join('\n'),
  rates: ratesTable(),
  steps: stepsTable(),
  idle: idleTable(),
};

/** What docs/WEBSOCKET.md shows. */
export function socketTable(): string {
  const rows = [1, 10, 100].map((eventsPerMessage) => {
    const [part] = costAt(1_000, { eventsPerMessage }).intake;
    const dollars = (what: RegExp) => sum((part?.lines ?? []).filter((line) => what.test(line.what)).map((line) => line.dollars));
    return [String(eventsPerMessage), dollars(/^messages/), dollars(/request|MB/), part?.dollars ?? 0].map((each) =>
      typeof each === 'number' ? `$${count(Math.round(each))}` : each,
    );
  });
  return table([['events a message', 'messages and answers', 'function', 'together'], ['--:', '--:', '--:', '--:'], ...rows]);
}

function ratesTable(): string {
  const rows = RATES.map(({ rate, atMost, options = {} }) => {
    const { streams, stateAndCompute, stateAndComputeDollars, alternatives } = costAt(rate, options);
    const part = (...names: string[]) => sum(stateAndCompute.filter(({ name }) => names.includes(name)).map(({ dollars }) => dollars));
    const bound = atMost === undefined ? '' : `≤ ${atMost}`;
    const set = Object.entries(options).map(([name, value]) => `${OPTION_NAMES[name] ?? name} ${String(value)}`);
    const [flink = 0, perKey = 0] = alternatives.map(({ dollars }) => dollars);
    const numbers = [streams.dollars, part('ingest', 'fire'), part('DynamoDB', 'S3')].map(shown);
    return [count(rate), set.join(', '), ...numbers, `**${shown(stateAndComputeDollars)}**`, bound, shown(flink), shown(perKey)];
  });
  const head = [
    'events a second',
    'set otherwise',
    'streams',
    'functions',
    'storage',
    'state + compute',
    'aim',
    'Managed Flink',
    'a write a key and batch',
  ];
  return table([head, head.map((_each, index) => (index === 1 ? '---' : '--:')), ...rows]);
}

function stepsTable(): string {
  const { workload, usage, stateAndCompute } = costAt(1_000);
  const { batching, batches, commitBytes, entries, ingest, storage } = usage;
  const { rate, keys, prices } = workload;
  const [slices, rows] = [decimals(batching.slices, 3), decimals(batching.rows, 0)];
  const bytesOfRow = decimals(rowBytes('id', batching.events / batching.rows), 3);
  const bought = stateAndCompute.find(({ name }) => name === 'S3')?.lines.find(({ unit }) => unit === 'puts');
  return table([
    ['step', 'computed', 'here'],
    ['---', '---', '--:'],
    ['events a batch', 'the smaller of 1 + rate × batch window and 6 MB ÷ 806 B', decimals(batching.events, 0)],
    ['batches a second', `${count(rate)} ÷ ${decimals(batching.events, 0)}`, decimals(batching.batchesPerS, 4)],
    ['batches a month', `× ${count(MONTH_S)} s`, decimals(batches, 0)],
    ['slices a batch', `1 + ${decimals(batching.events / rate, 2)} s ÷ 60 s`, slices],
    ['rows a batch', `${slices} × ${count(keys)} × (1 − (1 − 1 ÷ ${count(keys)})^(${decimals(batching.events, 0)} ÷ ${slices}))`, rows],
    ['bytes a row', `at ${decimals(batching.events / batching.rows, 2)} events a row`, bytesOfRow],
    [
      'bytes a commit',
      `${MEASURED.commit.baseBytes} + ${slices} × ${MEASURED.commit.sliceBytes} + ${rows} × ${bytesOfRow}`,
      decimals(commitBytes, 0),
    ],
    ['its payload is', 'above 9 KiB: an object', entries.commit.objects === 1 ? '1 put, 1 write unit, 1 read unit' : 'in the table'],
    ['puts a month', 'commits, and epochs and snapshots likewise', decimals(storage.puts, 0)],
    ['dollars of them', `× $${prices.s3.perMillionPuts} a million`, decimals(bought?.dollars ?? 0, 2)],
    ['milliseconds of ingest', 'a batch', decimals(ingest.ms, 0)],
    ['GB-seconds of ingest', `× batches × ${workload.ingestMemoryMb} MB`, decimals(ingest.gbSeconds, 0)],
    ['dollars of them', `× $${prices.lambda.perGbSecond}`, decimals(ingest.gbSeconds * prices.lambda.perGbSecond, 2)],
  ]);
}

function idleTable(): string {
  const { stateAndCompute, watching } = costAt(0);
  const lines = [...stateAndCompute, ...watching].flatMap(({ name, lines: own }) => own.map((each) => ({ name, ...each })));
  return table([
    ['part', '', 'dollars'],
    ['---', '---', '--:'],
    ...lines.map(({ name, what, count: counted, unit, dollars: each }) => [
      name,
      `${what}: ${decimals(counted, counted < 100 ? 2 : 0)} ${unit}`,
      decimals(each, 3),
    ]),
    ['**together**', '', `**${decimals(sum(lines.map(({ dollars: each }) => each)), 2)}**`],
  ]);
}

function table(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `| ${row.join(' | ')} |`).join('\n');
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

function decimals(value: number, digits: number): string {
  return value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function shown(value: number): string {
  return decimals(value, value < 100 ? 2 : 0);
}
