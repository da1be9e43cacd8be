import { z } from '@hono/zod-openapi';
import { problemSchema } from './schemas.ts';
import { PROBLEM_TYPE } from './problem.ts';

// What requests may say, and what every answer may be.

const LIMIT_MAX = 1_000;
const LIMIT_DEFAULT = 100;

const LIMIT_NEEDED = `needed: a whole number from 1 to ${LIMIT_MAX}`;
const TIME_NEEDED = 'needed: epoch milliseconds, a whole number';

const name = (example: string, description: string) => z.string().min(1).max(64).openapi({ example, description });

export const pipelineId = name('flights', 'The name of a pipeline');
export const windowName = name('departures', "A window's name in the pipeline");
export const windowKey = z.string().min(1).max(256).openapi({ example: 'ATL' });

/** Which pipeline, where there may be several. */
export const pipelineQuery = { pipeline: pipelineId.optional() };

export const pageQuery = {
  limit: z.coerce
    .number(LIMIT_NEEDED)
    .int(LIMIT_NEEDED)
    .min(1, LIMIT_NEEDED)
    .max(LIMIT_MAX, LIMIT_NEEDED)
    .default(LIMIT_DEFAULT)
    .openapi({ type: 'integer', minimum: 1, maximum: LIMIT_MAX, default: LIMIT_DEFAULT, description: 'How long a page is at most' }),
  cursor: z.string().max(2_000).optional().openapi({ description: "What 'next' of the page before said" }),
};

export const eventTimeQuery = (description: string) =>
  z.coerce
    .number(TIME_NEEDED)
    .int(TIME_NEEDED)
    .optional()
    .openapi({ type: 'integer', description: `${description}; epoch milliseconds` });

/** An answer, and that anything else is a problem. */
export function answers<S extends z.ZodType>(schema: S, description: string) {
  return { 200: { description, content: { 'application/json': { schema } } }, ...PROBLEMS };
}

export const PROBLEMS = {
  default: { description: 'A problem, with a sentence that helps', content: { [PROBLEM_TYPE]: { schema: problemSchema } } },
} as const;
