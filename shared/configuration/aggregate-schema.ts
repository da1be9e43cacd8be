import { z } from 'zod';
import { fieldSchema, numberSchema, patternSchema, wholeSchema } from './field-schema.ts';

const where = patternSchema.exactOptional();
const of = fieldSchema;

/** Of one value an event. */
const ofOne = <T extends string>(type: T, description: string) =>
  z.strictObject({ type: z.literal(type), of, where }).meta({ title: type, description });

/** Of the event alone. */
const ofNone = <T extends string>(type: T, description: string) =>
  z.strictObject({ type: z.literal(type), where }).meta({ title: type, description });

const relative_error = numberSchema.exactOptional().meta({ description: '0.001 to 0.2. Default 0.01.' });

// All but those whose meaning is a function of the user's.
const described = [
  ofNone('count', 'How many events.'),
  ofNone('rate', 'Events per second.'),
  ofOne('sum', 'The sum of a number.'),
  ofOne('mean', 'The mean of a number.'),
  ofOne('min', 'The smallest number.'),
  ofOne('max', 'The largest number.'),
  ofOne('variance', 'The variance of a number, of the population.'),
  ofOne('stddev', 'The standard deviation of a number, of the population.'),
  ofOne('first', 'What the earliest event says, by event time: any JSON value.'),
  ofOne('last', 'What the latest event says, by event time: any JSON value.'),
  z
    .strictObject({ type: z.literal('percentile'), of, at: numberSchema.meta({ description: '0 to 1.' }), relative_error, where })
    .meta({ title: 'percentile', description: 'One percentile of a number.' }),
  z
    .strictObject({
      type: z.literal('percentiles'),
      of,
      at: z.array(numberSchema, 'a list is needed, such as [0.5, 0.99]'),
      relative_error,
      where,
    })
    .meta({ title: 'percentiles', description: 'Several percentiles of a number, of one sketch: { p50, p99 }.' }),
  z
    .strictObject({
      type: z.literal('count_distinct'),
      of,
      precision: wholeSchema.exactOptional().meta({ description: '8 to 18. Default 14.' }),
      where,
    })
    .meta({ title: 'count_distinct', description: 'How many different texts or numbers.' }),
  z
    .strictObject({ type: z.literal('top_k'), of, k: wholeSchema, counters: wholeSchema.exactOptional(), where })
    .meta({ title: 'top_k', description: 'The k most frequent texts or numbers.' }),
  z
    .strictObject({ type: z.literal('ratio'), matching: patternSchema, where })
    .meta({ title: 'ratio', description: 'The share of events that match a pattern, 0 to 1.' }),
  z
    .strictObject({ type: z.literal('histogram'), of, bounds: z.array(numberSchema, 'a list is needed, such as [10, 100]'), where })
    .meta({ title: 'histogram', description: 'Events between rising bounds.' }),
  z
    .strictObject({
      type: z.literal('collect'),
      of: of.exactOptional(),
      limit: wholeSchema.meta({ description: '1 to 1,000: the earliest are kept.' }),
      where,
    })
    .meta({ title: 'collect', description: 'The events themselves, or a part of each.' }),
  z
    .strictObject({ type: z.literal('latency'), of, failed: patternSchema, where })
    .meta({ title: 'latency', description: 'Total, mean, p50, p95, p99, error rate and throughput.' }),
] as const;

const TYPES = described.map(({ shape }) => shape.type.value);

/** An aggregate under its `type`, or just the word where it needs nothing else: `flights: count`. */
export const aggregateSchema = z
  .union(
    [
      z.enum(['count', 'rate']),
      z.discriminatedUnion(
        'type',
        described,
        `one of ${TYPES.join(', ')} is needed (count and rate alone, the others with a type and what it needs)`,
      ),
    ],
    'an aggregate is needed, such as count, or { type: mean, of: amount }',
  )
  .meta({ id: 'aggregate', description: 'An aggregate by its type; count and rate need no more than the word.' });

export type AggregateConfiguration = z.infer<typeof aggregateSchema>;
