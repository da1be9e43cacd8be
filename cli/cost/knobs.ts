import { monthlyCost, type MonthlyCost } from '../../shared/cost/monthly-cost.ts';
import type { Workload } from '../../shared/cost/workload.ts';

/** One option set otherwise, and what state and compute cost then. */
export interface Knob {
  readonly option: string;
  /** What else it changes. */
  readonly about: string;
  readonly dollars: number;
}

const BATCH_WINDOWS_S = [1, 2, 5, 10, 30];
const SHORT_RETENTION_DAYS = 7;
const PACKED_EVENTS = 100;
const PACKED_BYTES_MAX = 25_000;
// Events of one kind, a line each, mostly shrink more.
const GZIP_RATIO = 3;
// Less is lost in what the model does not know.
const NOTABLE_SHARE = 0.02;

/** The options that make a difference to the dollars of state and compute, each by itself. */
export function knobsOf({ workload, stateAndComputeDollars }: MonthlyCost): Knob[] {
  if (workload.rate === 0) return [];
  const { largePayloads, panesPerRecord, stateRetentionDays, eventsPerRecord, eventsPerMessage, eventBytes } = workload;
  const knob = (option: string, about: string, change: Partial<Workload>): Knob => ({
    option,
    about,
    dollars: monthlyCost({ ...workload, ...change }).stateAndComputeDollars,
  });
  return [
    ...BATCH_WINDOWS_S.map((seconds) =>
      knob(`--batch-window ${seconds}s`, `an event waits for ${seconds} s at most`, { batchWindowMs: seconds * 1_000 }),
    ),
    largePayloads === 's3'
      ? knob('--no-s3', 'no bucket, and no wait for it', { largePayloads: 'dynamodb' })
      : knob('--s3', 'payloads of 9 KB and more are objects', { largePayloads: 's3' }),
    panesPerRecord === 'many'
      ? knob('--panes-per-record one', 'consumers get every pane as a record', { panesPerRecord: 'one' })
      : knob('--panes-per-record many', 'consumers get records of lines', { panesPerRecord: 'many' }),
    ...(stateRetentionDays > SHORT_RETENTION_DAYS
      ? [
          knob(`--state-retention-days ${SHORT_RETENTION_DAYS}`, 'what fired can be looked up for a week', {
            stateRetentionDays: SHORT_RETENTION_DAYS,
          }),
        ]
      : []),
    ...(eventsPerRecord === 1 && eventsPerMessage === 0 && eventBytes * PACKED_EVENTS <= PACKED_BYTES_MAX
      ? [
          knob(`--events-per-record ${PACKED_EVENTS}`, 'producers pack', packed(workload, PACKED_EVENTS, 1)),
          knob(`  and --gzip-ratio ${GZIP_RATIO}`, 'and compress', packed(workload, PACKED_EVENTS, GZIP_RATIO)),
        ]
      : []),
    ...(eventsPerRecord > 1 && workload.gzipRatio === 1
      ? [knob(`--gzip-ratio ${GZIP_RATIO}`, 'producers compress', packed(workload, eventsPerRecord, GZIP_RATIO))]
      : []),
  ].filter(({ dollars }) => Math.abs(dollars - stateAndComputeDollars) >= NOTABLE_SHARE * stateAndComputeDollars);
}

/** On as many shards as before. */
function packed({ eventBytes }: Workload, eventsPerRecord: number, gzipRatio: number): Partial<Workload> {
  return { eventsPerRecord, gzipRatio, recordBytes: Math.ceil((eventBytes * eventsPerRecord) / gzipRatio) };
}
