import { z } from 'zod';
import { FORMATS } from '../pipeline/input-declaration.ts';
import { LANES_MAX } from '../pipeline/lane.ts';
import { STATE_RETENTION_DAYS, STREAM_RETENTION_HOURS } from '../time/retention.ts';
import {
  durationSchema,
  fieldSchema,
  millisecondsOf,
  nameSchema,
  pathSchema,
  patternSchema,
  timestampFormatSchema,
  unlessObject,
  wholeDuration,
} from './field-schema.ts';
import { windowSchema } from './window-schema.ts';

const NEEDED = {
  timestamp: 'a path is needed, or { path, format }',
  watermark: 'one of { delay: 10s }, { source: service, delays: { web: 5s } } or { marker: path } is needed',
  format: `one of ${FORMATS.join(', ')} is needed`,
  lanes: `a whole number from 1 to ${LANES_MAX} is needed`,
  windows: 'windows by name are needed',
  dedupe: 'what repeats have in common, and how far apart they are, is needed: { by: id, within: 10m }',
  retention: 'how long is needed: { state: 60d, streams: 7d }',
};

const DELAYS_NEEDED = 'a delay for each source is needed, such as { web: 5s, batch: 10m }';

const timestampSchema = z
  .union([pathSchema, z.strictObject({ path: pathSchema, format: timestampFormatSchema.exactOptional() })], NEEDED.timestamp)
  .meta({ description: 'When an event happened: a path to epoch milliseconds, or { path, format }.' });

const watermarkSchema = z
  .strictObject(
    {
      delay: durationSchema.exactOptional().meta({ description: 'How far out of order events may come; 0s where they never do.' }),
      source: pathSchema.exactOptional().meta({ description: 'Where an event names its source.' }),
      delays: z
        .record(z.string(), durationSchema, DELAYS_NEEDED)
        .refine((delays) => Object.keys(delays).length > 0, DELAYS_NEEDED)
        .exactOptional()
        .meta({ description: 'By source, how far out of order its events may come.' }),
      marker: pathSchema.exactOptional().meta({ description: 'Where some events carry the watermark.' }),
      format: timestampFormatSchema.exactOptional().meta({ description: 'Of the marker.' }),
    },
    unlessObject(NEEDED.watermark),
  )
  .check(({ value, issues }) => {
    const { delay, source, delays, marker, format } = value;
    const given = [delay, source ?? delays, marker].filter((each) => each !== undefined).length;
    if (given !== 1) issues.push({ code: 'custom', input: value, path: [], message: NEEDED.watermark });
    else if ((source === undefined) !== (delays === undefined))
      issues.push({ code: 'custom', input: value, path: [source === undefined ? 'source' : 'delays'], message: NEEDED.watermark });
    else if (format !== undefined && marker === undefined)
      issues.push({ code: 'custom', input: format, path: ['format'], message: 'it goes with marker' });
  })
  .meta({ description: 'How far event time has come.' });

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const { min: DAYS_MIN, max: DAYS_MAX, usual: DAYS_USUAL } = STATE_RETENTION_DAYS;
const { min: HOURS_MIN, max: HOURS_MAX } = STREAM_RETENTION_HOURS;

const retentionSchema = z
  .strictObject(
    {
      state: wholeDuration(DAY_MS, DAYS_MIN, DAYS_MAX, `whole days are needed, from ${DAYS_MIN}d to ${DAYS_MAX}d`)
        .exactOptional()
        .meta({ description: `How long the logs are kept, whole days. Default ${DAYS_USUAL}d.` }),
      streams: wholeDuration(HOUR_MS, HOURS_MIN, HOURS_MAX, `whole hours are needed, from ${HOURS_MIN}h to ${HOURS_MAX}h`)
        .exactOptional()
        .meta({ description: `How long the streams made for the pipeline keep records, whole hours. Default ${HOURS_MIN}h.` }),
    },
    unlessObject(NEEDED.retention),
  )
  .check(({ value: { state, streams }, issues }) => {
    if (state === undefined || streams === undefined || !(millisecondsOf(streams) >= millisecondsOf(state))) return;
    const message = `less than state, ${state}, is needed: a record delivered again must find that it was counted`;
    issues.push({ code: 'custom', input: streams, path: ['streams'], message });
  })
  .meta({ description: 'How long things are kept where the pipeline is deployed.' });

/** Everything that a pipeline without functions is. */
export const pipelineSchema = z
  .strictObject({
    $schema: z.string().exactOptional(),
    name: nameSchema,
    format: z
      .enum(FORMATS, NEEDED.format)
      .exactOptional()
      .meta({ description: 'What the payload of every record is. By default that is found out of each.' }),
    compression: z.literal('gzip', 'gzip is needed').exactOptional().meta({ description: 'gzip: every payload is gzip of the format.' }),
    aggregation: z
      .literal('kpl', 'kpl is needed')
      .exactOptional()
      .meta({ description: 'kpl: records may be aggregated by the Kinesis Producer Library, each in them of the format.' }),
    timestamp: timestampSchema,
    watermark: watermarkSchema,
    idle_timeout: z
      .union([durationSchema, z.literal('never')], 'a duration is needed, such as 30s, or never')
      .exactOptional()
      .meta({ description: 'How long a shard may be silent before it can be left out of the watermark. Default 30s.' }),
    key: pathSchema.exactOptional().meta({ description: 'The key of every window that names none.' }),
    filter: patternSchema.exactOptional(),
    rules: z.literal('live', 'live is needed').exactOptional().meta({ description: 'live: rules can be set while the pipeline runs.' }),
    dedupe: z.strictObject({ by: fieldSchema, within: durationSchema }, unlessObject(NEEDED.dedupe)).exactOptional(),
    max_future_skew: durationSchema
      .exactOptional()
      .meta({ description: 'How far beyond its arrival the time of an event may lie. Default 1h.' }),
    lanes: z
      .int(NEEDED.lanes)
      .min(1, NEEDED.lanes)
      .max(LANES_MAX, NEEDED.lanes)
      .exactOptional()
      .meta({ description: 'Into how many parts the keys are split, 1 to 64. Default 1.' }),
    retention: retentionSchema.exactOptional(),
    windows: z.record(nameSchema, windowSchema, NEEDED.windows).refine((windows) => Object.keys(windows).length > 0, NEEDED.windows),
  })
  .check(({ value, issues }) => {
    for (const [name, { key, group_by, grouping }] of Object.entries(value.windows)) {
      const at = ['windows', name];
      if (key !== undefined && group_by !== undefined)
        issues.push({ code: 'custom', input: key, path: [...at, 'key'], message: 'only one of key and group_by is possible' });
      if (key === undefined && group_by === undefined && value.key === undefined)
        issues.push({
          code: 'custom',
          input: undefined,
          path: [...at, 'key'],
          message: 'a path is needed, here or at the top, or group_by',
        });
      if (grouping !== undefined && group_by === undefined)
        issues.push({ code: 'custom', input: grouping, path: [...at, 'grouping'], message: 'it goes with group_by' });
    }
  });

/** A pipeline without functions, as it stands in its file: one profile, checked. Plain JSON. */
export type Configuration = z.infer<typeof pipelineSchema>;
