import {
  afterCount,
  boundedOutOfOrderness,
  collect,
  count,
  every,
  lookupJoin,
  max,
  onEvent,
  perSource,
  pipeline,
  punctuated,
  session,
  sliding,
  sum,
  tumbling,
  type Pipeline,
  type PipelineOptions,
  type TriggerOptions,
  type WindowOptions,
} from 'mullion';
import { type Finished, sessionWindows, slidingWindows } from '../reference/reference-model.ts';
import type { Enriching } from './enrichment.ts';
import type { Faults } from './faults.ts';
import { Random } from './random.ts';
import { type SentEvent, type Source, SOURCES } from './sent-event.ts';
import type { Answer } from './simulated-directory.ts';

/** How one window of a pipeline is computed from all events at once. */
export interface WindowCase {
  readonly name: string;
  readonly merges: boolean;
  readonly accumulation: 'accumulating' | 'discarding' | 'retracting';
  takes(event: SentEvent): boolean;
  model(events: readonly SentEvent[]): Finished[];
  /** The watermark at which a window with this end takes nothing any more. */
  cleanupOf(end: number): number;
  /** The watermark at which an event is too late for every window. */
  tooLateAt(event: SentEvent): number;
}

/** A pipeline, and what its events are like. */
export interface Workload {
  readonly pipeline: Pipeline<SentEvent>;
  readonly windows: readonly WindowCase[];
  readonly sources: readonly Source[];
  readonly hasMarkers: boolean;
  /** Whether what producers put twice is dropped. */
  readonly dropsRepeats: boolean;
  /** Absent: no shard is ever left out, and the run ends with a drain. */
  readonly idleTimeoutMs: number | undefined;
  /** How far the events of a source may trail their arrival, producers' clocks apart. */
  readonly delayMsMax: (source: Source) => number;
  /** How far producers' clocks may be off, either way. */
  readonly producerSkewMs: number;
}

const DELAY_MS_MAX = { meters: 3_000, gauges: 500, probes: 8_000 };
const PRODUCER_SKEW_MS = 300_000;
/** How long after an event its repeat comes. */
export const REPEATED_WITHIN_MS_MAX = 30_000;

/** Drawn apart from all else, so that a seed means the same history in any number of lanes. */
export function drawLanes(seed: number): number {
  return new Random(~seed).pick([1, 1, 1, 2, 3]);
}

/** How long the stream lists a closed shard that firing may not have heard of; in most histories until it has. */
export function drawShortRetentionMs(seed: number): number | undefined {
  const random = new Random(seed ^ 0x5a1d);
  return random.chance(0.3) ? random.pick([10_000, 60_000]) : undefined;
}

export function drawWorkload(random: Random, faults: Faults, lanes: number, enriching?: Enriching): Workload {
  const producerSkewMs = faults.has('clock-skew') ? PRODUCER_SKEW_MS : 0;
  const boundMs = (source: Source) => DELAY_MS_MAX[source] + 2 * producerSkewMs;
  const bounded = (source: Source) => boundedOutOfOrderness(boundMs(source));
  const style = random.pick(['one', 'one', 'several', 'markers'] as const);
  const watermark: PipelineOptions<SentEvent>['watermark'] =
    style === 'one'
      ? bounded('meters')
      : style === 'markers'
        ? punctuated<SentEvent>(({ upTo }) => upTo)
        : perSource<SentEvent>(({ source }) => source, { meters: bounded('meters'), gauges: bounded('gauges'), probes: bounded('probes') });
  const idleTimeoutMs = random.chance(0.8) ? random.pick([4_000, 15_000, 30_000]) : undefined;
  const windows = Array.from({ length: 1 + random.below(3) }, (_, index) => drawWindow(`w${index}`, random, enriching !== undefined));
  const dropsRepeats = random.chance(0.4);
  return {
    pipeline: pipeline<SentEvent>('simulated', {
      timestamp: ({ at }) => at,
      watermark,
      idleness: idleTimeoutMs === undefined ? 'hold' : { timeout: idleTimeoutMs },
      ...(dropsRepeats ? { dedupe: { by: ({ id }: SentEvent) => String(id), within: REPEATED_WITHIN_MS_MAX * 2 } } : {}),
      filter: ({ kind }) => kind === 'event',
      ...(enriching === undefined ? {} : { enrich: lookupJoin<SentEvent, Answer>({ ...enriching, lookup: NOWHERE }) }),
      lanes,
      windows: Object.fromEntries(windows.map(({ window: { name }, options }) => [name, options])),
    }),
    windows: windows.map(({ window }) => window),
    sources: style === 'several' ? SOURCES : ['meters'],
    hasMarkers: style === 'markers',
    dropsRepeats,
    idleTimeoutMs,
    delayMsMax: (source) => DELAY_MS_MAX[source],
    producerSkewMs,
  };
}

interface DrawnWindow {
  readonly window: WindowCase;
  readonly options: WindowOptions<SentEvent>;
}

/** Each function is deployed with a way of its own. */
const NOWHERE = async () => Promise.reject(new Error('this lookup leads nowhere'));

function drawWindow(name: string, random: Random, isEnriched: boolean): DrawnWindow {
  const allowedLateness = random.pick([0, 0, 2_000, 20_000]);
  const drawn = random.pick(['accumulating', 'discarding', 'retracting'] as const);
  const isNarrow = random.chance(0.3);
  const shape = drawShape(random);
  const accumulation = drawn === 'discarding' && shape.isCut ? 'accumulating' : drawn;
  const cleanupOf = (end: number) => shape.closedAt(end) + allowedLateness;
  return {
    window: {
      name,
      merges: shape.merges,
      accumulation,
      takes: ({ kind, amount }) => kind === 'event' && (!isNarrow || amount < 80),
      model: shape.model,
      cleanupOf,
      tooLateAt: (event) => cleanupOf(shape.lastEndOf(event)),
    },
    options: {
      keyBy: ({ key }) => key,
      ...(isNarrow ? { where: ({ amount }: SentEvent) => amount < 80 } : {}),
      window: shape.window,
      allowedLateness,
      trigger: drawTrigger(random),
      accumulation,
      aggregate: {
        events: count(),
        total: sum(({ amount }: SentEvent) => amount),
        highest: max(({ amount }: SentEvent) => amount),
        ids: collect({ limit: 1_000, of: ({ id }: SentEvent) => id }),
        ...(isEnriched ? { answers: collect({ limit: 1_000, of: ({ id, answer }: SentEvent) => [id, answer] }) } : {}),
      },
    },
  };
}

interface Shape {
  readonly window: WindowOptions<SentEvent>['window'];
  readonly merges: boolean;
  /** An event may move the end of what has fired: then panes that hold only what is new cannot be told apart by their bounds. */
  readonly isCut: boolean;
  readonly model: (events: readonly SentEvent[]) => Finished[];
  /** The last end of the windows that an event is in, whatever else is in them. */
  readonly lastEndOf: (event: SentEvent) => number;
  /** The watermark at which a window with this end is complete. */
  readonly closedAt: (end: number) => number;
}

function drawShape(random: Random): Shape {
  const kind = random.pick(['tumbling', 'tumbling', 'sliding', 'session', 'session'] as const);
  if (kind === 'session') return drawSession(random);
  const size = random.pick([4_000, 10_000, 20_000]);
  const slide = kind === 'tumbling' ? size : random.pick([size / 2, size / 4, 3_000]);
  const offset = random.pick([0, 0, 700]);
  return {
    window: kind === 'tumbling' ? tumbling(size, { offset }) : sliding(size, slide, { offset }),
    merges: false,
    isCut: false,
    model: (events) => slidingWindows(events, size, slide, offset),
    lastEndOf: ({ at }) => Math.floor((at - offset) / slide) * slide + offset + size,
    closedAt: (end) => end - 1,
  };
}

function drawSession(random: Random): Shape {
  const gap = random.pick([800, 2_000, 6_000]);
  const durationMsMax = random.chance(0.3) ? 4 * gap : undefined;
  const isDynamic = random.chance(0.3);
  const gapOf = ({ amount }: { amount: number }) => (isDynamic && amount > 60 ? gap / 2 : gap);
  const limit = durationMsMax === undefined ? {} : { maxDuration: durationMsMax };
  return {
    window: isDynamic ? session<SentEvent>(gapOf, { maxGap: gap, ...limit }) : session(gap, limit),
    merges: true,
    isCut: durationMsMax !== undefined,
    model: (events) => sessionWindows(events, gapOf, durationMsMax),
    lastEndOf: (event) => event.at + gapOf(event),
    // An event at the very end of a session still belongs to it.
    closedAt: (end) => end,
  };
}

function drawTrigger(random: Random): TriggerOptions<SentEvent> {
  const early = random.pick([
    undefined,
    undefined,
    afterCount(2),
    every('5s'),
    onEvent<SentEvent>(({ amount }) => amount > 110, { fallback: '6s' }),
  ]);
  const late = random.pick([undefined, undefined, afterCount(2), every('5s')]);
  return {
    ...(early === undefined ? {} : { early }),
    onTime: random.pick(['always', 'ifChanged']),
    ...(late === undefined ? {} : { late }),
  };
}
