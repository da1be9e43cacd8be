import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { CommandError, UsageError } from '../command-error.ts';
import { type EventInput, openInput } from '../input/read-events.ts';
import { interruptible } from '../interruptible.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { BATCH_MAX } from '../paced.ts';
import { printable } from '../printable.ts';
import { showProgress } from '../progress.ts';
import { formatCount } from '../run/summary.ts';
import type { EventSink } from '../sink/event-sink.ts';
import { KinesisSink } from '../sink/kinesis-sink.ts';
import { SocketSink } from '../sink/socket-sink.ts';
import { type AddressReader, addressByFields, addressByPipeline } from './event-address.ts';
import type { ReplayCommandOptions } from './replay-options.ts';
import { isSourceModule, sourceCommand } from './source-command.ts';
import { type Position, PositionFile } from './position-file.ts';
import { type Replayed, replayEvents } from './replay-events.ts';

/**
 * `mullion replay`: the events of a file onto a Kinesis stream or a WebSocket, at the pace of their own times.
 *
 * @throws {CommandError} when input, stream or position cannot be used.
 */
export async function replayCommand(path: string, options: ReplayCommandOptions): Promise<void> {
  if (isSourceModule(path)) {
    await sourceCommand(path, options);
    return;
  }
  const pipeline = options.pipeline === undefined ? undefined : await loadPipeline(options.pipeline, options.profile);
  const addressOf = addressReader(options, pipeline);
  const input = openInput(path, options.format, pipeline?.input);
  const positions = positionFile(path, options);
  const begin = options.restart === true ? undefined : positions?.read();
  await interruptible(async (signal) => {
    const sink = await openSink(options, signal);
    // Before anything is sent: what cannot be kept must not be found out behind that.
    positions?.write({ acknowledged: begin?.acknowledged ?? 0, endedInOrder: false });
    if (begin !== undefined) say(resuming(path, begin, sink.name));
    const startedAtMs = performance.now();
    const replayed = await replayInSight(input, { addressOf, sink, options, begin, positions, signal });
    await sink.close();
    const isComplete = !signal.aborted;
    if (isComplete) positions?.remove();
    else positions?.write({ acknowledged: replayed.acknowledged, endedInOrder: !replayed.isSomeUnderWay });
    // Where nobody has asked for a key, none is missing.
    const withoutKey = (pipeline ?? options.key) === undefined ? 0 : replayed.withoutKey;
    const summary = summaryOf({ ...replayed, withoutKey }, begin, performance.now() - startedAtMs, isComplete);
    if (options.json === true) process.stdout.write(`${JSON.stringify(summary)}\n`);
    else for (const line of summaryLines(summary, sink.name, positions)) say(line);
  });
}

interface InSight {
  readonly addressOf: AddressReader;
  readonly sink: EventSink;
  readonly options: ReplayCommandOptions;
  readonly begin: Position | undefined;
  readonly positions: PositionFile | undefined;
  readonly signal: AbortSignal;
}

async function replayInSight(input: EventInput, { addressOf, sink, options, begin, positions, signal }: InSight): Promise<Replayed> {
  const progress = showProgress({ total: input.bytes, done: input.bytesRead });
  let acknowledged = begin?.acknowledged ?? 0;
  const onAcknowledged = (events: number) => {
    acknowledged = events;
    positions?.write({ acknowledged, endedInOrder: false });
    progress.update(events);
  };
  try {
    return await replayEvents(input.events, { sink, addressOf, speed: options.speed, skip: acknowledged, signal, onAcknowledged });
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const further = positions === undefined ? '' : '; the same command goes on behind them';
    throw new CommandError(`${error.message}; ${formatCount(acknowledged)} events are acknowledged${further}`, { cause: error });
  } finally {
    progress.stop();
  }
}

function openSink(options: ReplayCommandOptions, signal: AbortSignal): Promise<EventSink> {
  const { stream: streamName, endpoint } = options;
  return streamName === undefined ? SocketSink.open({ url: placeOf(options), signal }) : KinesisSink.open({ streamName, endpoint, signal });
}

/** Where the events go, as the position has it. */
function placeOf({ stream, to }: Pick<ReplayCommandOptions, 'stream' | 'to'>): string {
  const place = stream ?? to;
  if (place === undefined) throw new UsageError('say where the events go: --stream <name>, or --to <url> of a WebSocket');
  return place;
}

function addressReader({ time, key, speed }: ReplayCommandOptions, pipeline: Pipeline | undefined): AddressReader {
  if (pipeline !== undefined) return addressByPipeline(pipeline);
  if (time === undefined && Number.isFinite(speed)) {
    const remedy = 'name the field with --time, or give the --pipeline, or --speed max';
    throw new UsageError(`--speed ${speed} needs to know when events happened: ${remedy}`);
  }
  return addressByFields({ ...(time !== undefined && { time }), ...(key !== undefined && { key }) });
}

function positionFile(path: string, options: ReplayCommandOptions): PositionFile | undefined {
  const { stream, endpoint, position } = options;
  const place = placeOf(options);
  // No file has a name with the slashes of a URL.
  const called = stream ?? place.replaceAll(/\W+/g, '-');
  if (path !== '-') return new PositionFile(position ?? `${path}.${called}.position`, path, place, endpoint);
  if (position !== undefined) throw new UsageError('--position: standard input cannot be gone on with; give a file');
  return undefined;
}

/** What becomes of what the replay before had sent. */
function resuming(path: string, { acknowledged, endedInOrder }: Position, sink: string): string {
  const what = `${path}: going on behind ${formatCount(acknowledged)} events that ${sink} has acknowledged`;
  return endedInOrder ? what : `${what}; of the ${BATCH_MAX} behind them some may have arrived before, and come a second time`;
}

interface Summary {
  readonly events: number;
  /** Of the input, those of replays before included. */
  readonly acknowledged: number;
  readonly withoutTime: number;
  readonly withoutKey: number;
  readonly sentAgain: number;
  readonly seconds: number;
  readonly eventsPerSecond: number;
  readonly complete: boolean;
}

function summaryOf(replayed: Replayed, begin: Position | undefined, elapsedMs: number, complete: boolean): Summary {
  const { acknowledged, withoutTime, withoutKey, again } = replayed;
  const events = acknowledged - (begin?.acknowledged ?? 0);
  const eventsPerSecond = Math.round((events / elapsedMs) * 1_000);
  return { events, acknowledged, withoutTime, withoutKey, sentAgain: again, seconds: elapsedMs / 1_000, eventsPerSecond, complete };
}

function summaryLines(summary: Summary, sink: string, positions: PositionFile | undefined): string[] {
  const { events, acknowledged, withoutTime, withoutKey, sentAgain, seconds, eventsPerSecond, complete } = summary;
  const stopped =
    positions === undefined
      ? `stopped behind ${formatCount(acknowledged)} events`
      : `stopped behind ${formatCount(acknowledged)} events, as ${positions.path} says; the same command goes on there`;
  return [
    `${formatCount(events)} ${events === 1 ? 'event' : 'events'} to ${sink} in ${seconds.toFixed(2)} s, ${formatCount(eventsPerSecond)} events/s`,
    ...(withoutTime > 0 ? [`  ${formatCount(withoutTime)} without a time that can be read, which went at once`] : []),
    ...(withoutKey > 0 ? [`  ${formatCount(withoutKey)} without a key that can be read, which were spread over the shards`] : []),
    ...(sentAgain > 0 ? [`  ${formatCount(sentAgain)} sent again: they were not taken at once`] : []),
    ...(complete ? [] : [stopped]),
  ];
}

function say(line: string): void {
  process.stderr.write(`${printable(line)}\n`);
}
