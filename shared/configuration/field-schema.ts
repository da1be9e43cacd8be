import { z } from 'zod';
import { InvalidArgument } from '../definition/invalid-argument.ts';
import { isName, NAME_ALLOWED } from '../pipeline/pipeline-name.ts';
import { compilePattern } from '../rules/event-pattern.ts';
import { isPath, PATH_ALLOWED } from './event-path.ts';
import { durationMs } from '../time/duration.ts';
import { isTimestampFormat, TIMESTAMP_FORMAT_ALLOWED } from './timestamp-format.ts';

const DURATION_NEEDED = 'a duration is needed, such as 30s, 5m, 1h';
const MILLISECONDS_NEEDED = 'a whole number of milliseconds is needed';

/** Of pipelines, windows and aggregates. */
export const nameSchema = z.string(`a name is needed, ${NAME_ALLOWED}`).refine(isName, `allowed: ${NAME_ALLOWED}`);

/** The message of such a problem says what was given as well. */
export const SAYS_ALL = { saysAll: true };

/** What is said where no object stands; what is in one says what it needs. */
export const unlessObject = (needed: string) => ({
  error: ({ code }: { readonly code?: string }): string | undefined => (code === 'invalid_type' ? needed : undefined),
});

/** A bare number would leave its unit to be guessed: milliseconds have fields of their own. */
export const durationSchema = z
  .templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h', 'd'])], DURATION_NEEDED)
  .meta({ id: 'duration', description: 'A duration: 500ms, 30s, 5m, 1.5h, 1d.', examples: ['30s', '5m', '1h'] });

/** A duration of whole units, some at least and some at most. */
export const wholeDuration = (unitMs: number, min: number, max: number, needed: string) =>
  durationSchema.refine((given) => {
    const units = millisecondsOf(given) / unitMs;
    return Number.isInteger(units) && units >= min && units <= max;
  }, needed);

/** NaN where it is not whole. */
export function millisecondsOf(duration: z.infer<typeof durationSchema>): number {
  try {
    return durationMs(duration);
  } catch {
    return Number.NaN;
  }
}

export const millisecondsSchema = z.int(MILLISECONDS_NEEDED).meta({ id: 'milliseconds', description: 'A whole number of milliseconds.' });

export const pathSchema = z
  .string(PATH_ALLOWED)
  .refine(isPath, PATH_ALLOWED)
  .meta({ id: 'path', description: 'Where it stands in the event: customer.id, items.0.price, or a JSON pointer, /customer/id.' });

/** A path, with what to take where an event has nothing there. */
export const fieldSchema = z
  .union([pathSchema, z.strictObject({ path: pathSchema, default: z.unknown() })], PATH_ALLOWED)
  .meta({ id: 'field', description: 'A path into the event; or { path, default }, where an event may have nothing there.' });

export const timestampFormatSchema = z
  .string(TIMESTAMP_FORMAT_ALLOWED)
  .refine(isTimestampFormat, TIMESTAMP_FORMAT_ALLOWED)
  .meta({
    id: 'timestamp_format',
    description: 'epoch_ms (the default), epoch_s, iso8601, or a pattern of yyyy MM dd HH mm ss SSS. Without an offset it is UTC.',
    examples: ['epoch_ms', 'epoch_s', 'iso8601', 'yyyy/MM/dd HH:mm'],
  });

export const patternSchema = z
  .record(z.string(), z.unknown(), 'an event pattern is needed, such as { type: [order] }')
  .check(({ value, issues }) => {
    try {
      compilePattern(value);
    } catch (error) {
      if (!(error instanceof InvalidArgument)) throw error;
      issues.push({ code: 'custom', input: value, path: error.field?.split('.') ?? [], params: SAYS_ALL, message: error.message });
    }
  })
  .meta({
    description: 'An event pattern, in the words of Amazon EventBridge: { type: [order], amount: [{ numeric: [">", 0] }] }.',
    id: 'pattern',
  });

/** A count that has bounds of its own, which the definition knows. */
export const wholeSchema = z.int('a whole number is needed');

export const numberSchema = z.number('a number is needed');
