import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Duration } from '../../shared/time/duration.ts';
import { END_OF_TIME } from '../../shared/time/event-time.ts';

/**
 * A transcript is one document of a YAML file: a pipeline in words, then what happens to it, step by step, and what every step must cause. All panes
 * and refusals are compared, whole; what a document does not say of them has the value written here, so that it says only what matters.
 *
 * Times are numbers of milliseconds, or text with an offset: `2024-03-10T01:30-05:00`.
 */

const time = z.union(
  [
    z.int(),
    z
      .string()
      .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/)
      .transform((text) => Date.parse(text)),
  ],
  'a time is a whole number of milliseconds, or text with an offset such as 2024-03-10T01:30-05:00',
);

const duration = z.custom<Duration>(
  (value) => typeof value === 'number' || (typeof value === 'string' && /^-?[\d.]+(ms|s|m|h|d)$/.test(value)),
  'a duration is a number of milliseconds, or text such as 30s, 5m, 1h, 1d',
);

/** Alternatives that are told apart by a word that only one of them has; the word alone where there is nothing to add. */
function byWord<S extends Readonly<Record<string, z.ZodType>>>(what: string, alternatives: S) {
  const inFull = (said: unknown) => (typeof said === 'string' ? { [said]: true } : said);
  const read = z.looseObject({}).transform((said, context): z.infer<S[keyof S]> => {
    const chosen = Object.entries(alternatives).find(([word]) => word in said);
    if (chosen === undefined) {
      context.addIssue(`${what} says one of ${Object.keys(alternatives).join(', ')}; this one says ${Object.keys(said).join(', ')}`);
      return z.NEVER;
    }
    const { success, data, error } = chosen[1].safeParse(said);
    for (const { message, path } of error?.issues ?? []) context.addIssue({ code: 'custom', message, path: [...path] });
    return success ? (data as z.infer<S[keyof S]>) : z.NEVER;
  });
  return z.preprocess(inFull, read);
}

const alone = z.literal(true);

const windowWords = byWord('a window', {
  tumbling: z.strictObject({ tumbling: duration, offset: duration.optional() }),
  sliding: z.strictObject({ sliding: duration, slide: duration, offset: duration.optional() }),
  session: z.strictObject({ session: duration, maxDuration: duration.optional() }),
  /** The gap is what the event says. */
  sessionOfEvents: z.strictObject({ sessionOfEvents: z.strictObject({ maxGap: duration }), maxDuration: duration.optional() }),
  calendar: z.strictObject({
    calendar: z.enum(['hour', 'day', 'week', 'month']),
    timeZone: z.string().optional(),
    weekStart: z.enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday']).optional(),
  }),
  global: z.strictObject({ global: alone }),
});

const triggerWords = byWord('a trigger', {
  every: z.strictObject({ every: duration }),
  afterCount: z.strictObject({ afterCount: z.int() }),
  onCritical: z.strictObject({ onCritical: alone, fallback: duration.optional() }),
});

const sourceWatermarkWords = {
  bounded: z.strictObject({ bounded: duration }),
  monotonous: z.strictObject({ monotonous: alone }),
  punctuated: z.strictObject({ punctuated: alone }),
};
const watermarkWords = byWord('a watermark', {
  ...sourceWatermarkWords,
  perSource: z.strictObject({ perSource: z.record(z.string(), byWord('the watermark of a source', sourceWatermarkWords)) }),
});

/** A time alone is an event of that time and nothing else. */
const event = z.preprocess(
  (said) => (typeof said === 'object' ? said : { at: said }),
  z.strictObject({
    at: time,
    key: z.string().default('k'),
    amount: z.number().default(1),
    critical: z.boolean().default(false),
    /** Of sessions whose gap depends on the event, in milliseconds. */
    gap: z.int().optional(),
    source: z.string().optional(),
    /** The time up to which no event follows, where watermarks are punctuated. */
    upTo: time.optional(),
    /** It carries no data: the pipeline's filter leaves it out. */
    heartbeat: z.boolean().default(false),
  }),
);

const bounds = z.union(
  [z.tuple([time, time]), z.literal('global').transform((): [number, number] => [-END_OF_TIME, END_OF_TIME + 1])],
  'bounds are two times, [start, end], or global',
);

const pane = z
  .strictObject({
    window: bounds,
    /** The window's name; default: the only one's. */
    of: z.string().optional(),
    key: z.string().default('k'),
    timing: z.enum(['EARLY', 'ON_TIME', 'LATE']).default('ON_TIME'),
    index: z.int().default(0),
    isLast: z.boolean().default(false),
    isRetraction: z.boolean().default(false),
    count: z.int(),
    /** The sum of the amounts; default: the count, as when every amount is 1. */
    value: z.number().optional(),
  })
  .transform((said) => ({ ...said, value: said.value ?? said.count }));

const refusal = byWord('a refusal', {
  late: z.strictObject({ late: time, windows: z.array(z.string()), watermark: time }),
  invalid: z.strictObject({ invalid: time, code: z.string() }),
  /** What was folded while its window closed. */
  lateDelta: z.strictObject({ lateDelta: bounds, key: z.string().default('k'), count: z.int(), watermark: time }),
});

const caused = {
  expect: z.array(pane).default([]),
  side: z.array(refusal).default([]),
  watermark: time.optional(),
  openWindows: z.int().optional(),
};

const step = byWord('a step', {
  send: z.strictObject({ send: z.array(event), shard: z.string().optional(), arrival: time.optional(), ...caused }),
  advanceWatermark: z.strictObject({ advanceWatermark: time, ...caused }),
  advanceClock: z.strictObject({ advanceClock: duration, ...caused }),
  idle: z.strictObject({ idle: z.string(), ...caused }),
  split: z.strictObject({ split: z.string(), into: z.array(z.string()), drained: z.boolean().default(true), ...caused }),
  merge: z.strictObject({ merge: z.array(z.string()), into: z.string(), drained: z.boolean().default(true), ...caused }),
  end: z.strictObject({ end: z.string(), ...caused }),
  drain: z.strictObject({ drain: alone, ...caused }),
  pause: z.strictObject({ pause: alone, ...caused }),
  resume: z.strictObject({ resume: alone, ...caused }),
  checkpoint: z.strictObject({ checkpoint: alone, ...caused }),
});

const transcript = z.strictObject({
  title: z.string(),
  /** Why it comes out so, where the steps do not tell. */
  because: z.string().optional(),
  /** What the comparison must say: this transcript is wrong on purpose, so that it is known that the comparison can tell. */
  mustFail: z.string().optional(),
  shards: z.array(z.string()).default(['a']),
  now: time.default(0),
  watermark: watermarkWords.default({ bounded: 0 }),
  idleness: z.union([z.literal('hold'), z.strictObject({ timeout: duration })]).optional(),
  maxFutureSkew: duration.optional(),
  windows: z.record(
    z.string(),
    z.strictObject({
      window: windowWords,
      allowedLateness: duration.default(0),
      trigger: z
        .strictObject({ early: triggerWords.optional(), onTime: z.enum(['always', 'ifChanged']).optional(), late: triggerWords.optional() })
        .default({}),
      accumulation: z.enum(['accumulating', 'discarding', 'retracting']).default('accumulating'),
    }),
  ),
  steps: z.array(step).min(1),
  /** The panes of the drain after the last step. */
  rest: z.array(pane),
});

export type Transcript = z.infer<typeof transcript>;
export type Step = Transcript['steps'][number];
export type TranscriptEvent = z.infer<typeof event>;
export type WindowWords = z.infer<typeof windowWords>;
export type TriggerWords = z.infer<typeof triggerWords>;
export type WatermarkWords = z.infer<typeof watermarkWords>;
export type ExpectedPane = z.infer<typeof pane>;
export type ExpectedRefusal = z.infer<typeof refusal>;

export function readTranscripts(file: URL): Transcript[] {
  return parseTranscripts(readFileSync(file, 'utf8'));
}

/** @throws {Error} with a sentence that names the document, the place and what is allowed there, when something in it means nothing. */
export function parseTranscripts(text: string): Transcript[] {
  return parseAllDocuments(text).map((document, index) => {
    const [problem] = document.errors;
    if (problem !== undefined) throw new Error(`transcript ${index + 1} of the file is no YAML: ${problem.message}`);
    const said: unknown = document.toJS();
    const name = said instanceof Object && 'title' in said ? `'${String(said.title)}'` : `${index + 1} of the file`;
    const read = transcript.safeParse(said);
    if (!read.success) throw new Error(`transcript ${name} cannot be read:\n${z.prettifyError(read.error)}`);
    return read.data;
  });
}
