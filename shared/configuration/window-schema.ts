import { z } from 'zod';
import { aggregateSchema } from './aggregate-schema.ts';
import { durationSchema, millisecondsSchema, nameSchema, pathSchema, patternSchema } from './field-schema.ts';
import { triggerSchema } from './trigger-schema.ts';

const fieldsSchema = z
  .union([z.array(pathSchema), z.record(z.string(), pathSchema)], 'fields are needed: [region, product], or { region: address.region }')
  .meta({ description: 'The fields of a key: paths, or paths by the name that panes call them by.' });

const groupingSchema = z
  .union(
    [z.enum(['cube', 'rollup']), z.array(z.array(z.string()))],
    'cube, rollup, or a list of sets is needed, such as [[region, product], [region], []]',
  )
  .meta({ description: 'Several groupings of the fields in group_by at once.' });

/** What every window has, whatever its type. */
const contents = {
  key: pathSchema.exactOptional(),
  group_by: fieldsSchema.exactOptional(),
  grouping: groupingSchema.exactOptional(),
  where: patternSchema.exactOptional(),
  allowed_lateness: durationSchema.exactOptional(),
  allowed_lateness_ms: millisecondsSchema.exactOptional(),
  trigger: triggerSchema.exactOptional(),
  accumulation: z.enum(['accumulating', 'discarding', 'retracting'], 'accumulating, discarding or retracting is needed').exactOptional(),
  aggregates: z
    .record(nameSchema, aggregateSchema, 'aggregates by name are needed, such as { orders: count }')
    .refine((aggregates) => Object.keys(aggregates).length > 0, 'at least one aggregate is needed, such as { orders: count }'),
};

const size = { size: durationSchema.exactOptional(), size_ms: millisecondsSchema.exactOptional() };
const offset = { offset: durationSchema.exactOptional(), offset_ms: millisecondsSchema.exactOptional() };

const described = [
  z
    .strictObject({ type: z.literal('tumbling'), ...size, ...offset, ...contents })
    .check(eachOnce('size!', 'offset', 'allowed_lateness'))
    .meta({ title: 'tumbling', description: 'Windows of one size, side by side.' }),
  z
    .strictObject({
      type: z.literal('sliding'),
      ...size,
      slide: durationSchema.exactOptional(),
      slide_ms: millisecondsSchema.exactOptional(),
      ...offset,
      ...contents,
    })
    .check(eachOnce('size!', 'slide!', 'offset', 'allowed_lateness'))
    .meta({ title: 'sliding', description: 'Windows of one size that begin every slide, and so overlap.' }),
  z
    .strictObject({
      type: z.literal('session'),
      gap: durationSchema.exactOptional(),
      gap_ms: millisecondsSchema.exactOptional(),
      max_duration: durationSchema.exactOptional(),
      max_duration_ms: millisecondsSchema.exactOptional(),
      ...contents,
    })
    .check(eachOnce('gap!', 'max_duration', 'allowed_lateness'))
    .meta({ title: 'session', description: 'Events of a key with no more than the gap between one and the next.' }),
  z
    .strictObject({
      type: z.literal('calendar'),
      unit: z.enum(['hour', 'day', 'week', 'month'], 'hour, day, week or month is needed'),
      time_zone: z.string('an IANA time zone is needed, such as Europe/Berlin').exactOptional().meta({ description: 'Default UTC.' }),
      week_start: z
        .enum(['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'], 'a day of the week is needed, such as monday')
        .exactOptional(),
      ...contents,
    })
    .check(eachOnce('allowed_lateness'))
    .meta({ title: 'calendar', description: 'Hours, days, weeks or months of a time zone.' }),
  z
    .strictObject({ type: z.literal('global'), ...contents })
    .check(eachOnce('allowed_lateness'))
    .meta({ title: 'global', description: 'One window for all time; it needs an early trigger.' }),
] as const;

/** One window, by its `type`. */
export const windowSchema = z
  .discriminatedUnion('type', described, 'tumbling, sliding, session, calendar or global is needed')
  .meta({ id: 'window', description: 'A window by its type.' });

export type WindowConfiguration = z.infer<typeof windowSchema>;

/**
 * Durations, each under its name or, in milliseconds, under its name with `_ms`.
 *
 * @param fields Those with a `!` must be there.
 */
function eachOnce(...fields: readonly string[]): z.core.CheckFn<object> {
  return ({ value, issues }) => {
    for (const field of fields) {
      const name = field.replace('!', '');
      const given = [name, `${name}_ms`].filter((each) => Object.hasOwn(value, each));
      if (given.length === 2)
        issues.push({ code: 'custom', input: value, path: [`${name}_ms`], message: `only one of ${name} and ${name}_ms is possible` });
      if (given.length === 0 && field.endsWith('!'))
        issues.push({
          code: 'custom',
          input: value,
          path: [name],
          message: `a duration is needed, such as 30s, 5m, 1h (or ${name}_ms: 300000)`,
        });
    }
  };
}
