import {
  afterCount,
  boundedOutOfOrderness,
  calendar,
  every,
  global,
  monotonousTimestamps,
  onEvent,
  perSource,
  pipeline,
  punctuated,
  type SourceWatermark,
  session,
  sliding,
  sum,
  type TriggerDefinition,
  tumbling,
  type WatermarkDefinition,
  type WindowDefinition,
  type WindowOptions,
} from 'mullion';
import type { Transcript, TranscriptEvent, TriggerWords, WatermarkWords, WindowWords } from './transcript.ts';

type Total = { readonly total: number };
type SourceWatermarkWords = Exclude<WatermarkWords, { perSource: unknown }>;

/** The pipeline that a transcript describes. */
export function pipelineOf({ watermark, idleness, maxFutureSkew, windows }: Transcript) {
  return pipeline<TranscriptEvent>()('transcript', {
    timestamp: ({ at }) => at,
    watermark: watermarkOf(watermark),
    ...(idleness === undefined ? {} : { idleness }),
    ...(maxFutureSkew === undefined ? {} : { maxFutureSkew }),
    filter: ({ heartbeat }) => !heartbeat,
    windows: Object.fromEntries(Object.entries(windows).map(([name, words]) => [name, optionsOf(words)])),
  });
}

function optionsOf({
  window,
  allowedLateness,
  trigger: { early, onTime, late },
  accumulation,
}: Transcript['windows'][string]): WindowOptions<TranscriptEvent, Total> {
  return {
    keyBy: ({ key }) => key,
    window: windowOf(window),
    allowedLateness,
    trigger: {
      ...(early === undefined ? {} : { early: triggerOf(early) }),
      ...(onTime === undefined ? {} : { onTime }),
      ...(late === undefined ? {} : { late: triggerOf(late) }),
    },
    accumulation,
    aggregate: { total: sum(({ amount }) => amount) },
  };
}

function windowOf(words: WindowWords): WindowDefinition<TranscriptEvent> {
  if ('tumbling' in words) return tumbling(words.tumbling, given({ offset: words.offset }));
  if ('sliding' in words) return sliding(words.sliding, words.slide, given({ offset: words.offset }));
  if ('session' in words) return session(words.session, given({ maxDuration: words.maxDuration }));
  if ('sessionOfEvents' in words) {
    const { maxGap } = words.sessionOfEvents;
    return session<TranscriptEvent>(({ gap }) => gap ?? Number.NaN, { maxGap, ...given({ maxDuration: words.maxDuration }) });
  }
  if ('calendar' in words) return calendar(words.calendar, given({ timeZone: words.timeZone, weekStart: words.weekStart }));
  return global();
}

function triggerOf(words: TriggerWords): TriggerDefinition<TranscriptEvent> {
  if ('every' in words) return every(words.every);
  if ('afterCount' in words) return afterCount(words.afterCount);
  return onEvent<TranscriptEvent>(({ critical }) => critical, given({ fallback: words.fallback }));
}

function watermarkOf(words: WatermarkWords): WatermarkDefinition<TranscriptEvent> {
  if (!('perSource' in words)) return sourceWatermarkOf(words);
  const sources = Object.entries(words.perSource).map(([name, source]) => [name, sourceWatermarkOf(source)] as const);
  return perSource<TranscriptEvent>(({ source }) => source ?? '', Object.fromEntries(sources));
}

function sourceWatermarkOf(words: SourceWatermarkWords): SourceWatermark<TranscriptEvent> {
  if ('bounded' in words) return boundedOutOfOrderness(words.bounded);
  if ('monotonous' in words) return monotonousTimestamps();
  return punctuated<TranscriptEvent>(({ upTo }) => upTo);
}

/** Without what a transcript leaves to the default. */
function given<T extends object>(options: T): { [N in keyof T]?: Exclude<T[N], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [N in keyof T]?: Exclude<T[N], undefined>;
  };
}
