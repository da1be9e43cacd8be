import { timestampReader } from '../../shared/configuration/timestamp-format.ts';
import { InvalidArgument } from '../../shared/definition/invalid-argument.ts';
import type { EventKindName, GeneratorOptions } from '../../shared/generate/generator-options.ts';
import { UsageError } from '../command-error.ts';
import { interruptible } from '../interruptible.ts';
import { showProgress } from '../progress.ts';
import { writeSummary } from '../run/summary.ts';
import type { EventSink } from '../sink/event-sink.ts';
import { KinesisSink } from '../sink/kinesis-sink.ts';
import { LineSink } from '../sink/line-sink.ts';
import { SocketSink } from '../sink/socket-sink.ts';
import { type Generated, generateEvents } from './generate-events.ts';
import { summaryLines, summaryObject } from './summary.ts';
import { DEFAULT_START } from './usual-events.ts';

export interface GenerateCommandOptions {
  readonly rate: number;
  readonly for?: number;
  readonly count?: number;
  readonly kinds: readonly EventKindName[];
  readonly keys: number;
  readonly sources: number;
  readonly seed: number;
  readonly start?: string;
  readonly speed: number;
  readonly season: number;
  readonly trend: number;
  readonly anomalies: number;
  readonly outOfOrder: number;
  readonly disorder: number;
  readonly late: number;
  readonly lateBy: number;
  readonly duplicates: number;
  readonly burst?: number;
  readonly burstEvery: number;
  readonly burstFor: number;
  readonly output: string;
  readonly stream?: string;
  readonly to?: string;
  readonly endpoint?: string;
  readonly json?: true;
}

/** Options by the field that they set. */
const OPTION_OF: Readonly<Record<string, string>> = {
  eventsPerSecond: '--rate',
  outOfOrder: '--out-of-order',
  startMs: '--start',
  seasonMs: '--season',
  'burst.times': '--burst',
  'burst.forMs': '--burst-for',
};

/**
 * `mullion generate`: events to a file, standard output, a stream or a WebSocket, a summary to standard error.
 *
 * @throws {CommandError} when an option or the sink cannot be used.
 */
export async function generateCommand(options: GenerateCommandOptions): Promise<void> {
  const what = generatorOptions(options);
  await interruptible(async (signal) => {
    const sink = await openSink(options, signal);
    const generated = await generateInSight(what, options, sink, signal);
    if (options.json === true) writeSummary(summaryObject(generated, what), goesToStandardOutput(options));
    else process.stderr.write(`${summaryLines(generated, sink.name, options.speed).join('\n')}\n`);
  });
}

async function generateInSight(
  what: GeneratorOptions,
  options: GenerateCommandOptions,
  sink: EventSink,
  signal: AbortSignal,
): Promise<Generated> {
  let sent = 0;
  const total = Number.isFinite(what.events) ? what.events : undefined;
  const progress = showProgress({ total, done: () => sent, isPrinted: goesToStandardOutput(options) });
  const onProgress = (events: number) => {
    sent = events;
    progress.update(events);
  };
  try {
    return await generateEvents(what, { sink, speed: options.speed, signal, onProgress });
  } catch (error) {
    if (!(error instanceof InvalidArgument)) throw error;
    const field = error.field ?? '';
    throw new UsageError(`${OPTION_OF[field] ?? `--${field}`}: ${error.message}`, { cause: error });
  } finally {
    progress.stop();
  }
}

function goesToStandardOutput({ output, stream, to }: GenerateCommandOptions): boolean {
  return stream === undefined && to === undefined && output === '-';
}

async function openSink({ output, stream, to, endpoint }: GenerateCommandOptions, signal: AbortSignal): Promise<EventSink> {
  if (to !== undefined) return SocketSink.open({ url: to, signal });
  if (stream !== undefined) return KinesisSink.open({ streamName: stream, endpoint, signal });
  if (endpoint !== undefined) throw new UsageError('--endpoint is that of a stream: say which with --stream');
  return LineSink.open(output);
}

function generatorOptions(options: GenerateCommandOptions): GeneratorOptions {
  const { rate, count = Number.POSITIVE_INFINITY, speed, burst } = options;
  const inTime = options.for === undefined ? Number.POSITIVE_INFINITY : Math.round((rate * options.for) / 1_000);
  const events = Math.min(count, inTime);
  if (speed === Number.POSITIVE_INFINITY && events === Number.POSITIVE_INFINITY)
    throw new UsageError('--speed max has no end by itself: say how much with --for or --count');
  return {
    seed: options.seed,
    startMs: startMs(options),
    eventsPerSecond: rate,
    events,
    kinds: options.kinds,
    sources: options.sources,
    keys: options.keys,
    seasonMs: options.season,
    trend: options.trend,
    anomalies: options.anomalies,
    outOfOrder: options.outOfOrder,
    disorderMs: options.disorder,
    late: options.late,
    lateByMs: options.lateBy,
    duplicates: options.duplicates,
    ...(burst !== undefined && { burst: { times: burst, everyMs: options.burstEvery, forMs: options.burstFor } }),
  };
}

function startMs({ start, stream, to }: GenerateCommandOptions): number {
  const named = start ?? (stream === undefined && to === undefined ? DEFAULT_START : 'now');
  if (named === 'now') return Date.now();
  try {
    // The same moment on every machine: a text without an offset is UTC.
    return timestampReader('iso8601')(named);
  } catch (error) {
    throw new UsageError(`--start ${named}: needed: an ISO 8601 time such as ${DEFAULT_START}, or now`, { cause: error });
  }
}
