import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import {
  acceptEvents,
  type IntakeOutcome,
  type IntakeRefusal,
  mayBeRetried,
  RETRY_AFTER_MS,
} from '../../../shared/intake/accept-events.ts';
import { eventTexts } from '../../../shared/intake/event-texts.ts';
import { ApiError } from '../problem.ts';
import { pipelineQuery, PROBLEMS } from '../requests.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const EVENTS_MAX = 500;

const offeredSchema = z.object({
  data: z
    .custom<z.core.util.JSONType>((event) => event !== undefined, 'needed: the event, as it is to stand on the stream')
    .openapi({ type: 'object', description: 'The event, as it is to stand on the stream', example: { origin: 'ATL', delay: 5 } }),
  partitionKey: z.string().min(1).max(256).optional().openapi({ description: "By default its key in the pipeline's first window" }),
});

const batchSchema = z.object({ events: z.array(offeredSchema).min(1).max(EVENTS_MAX) }).openapi('EventBatch');

const outcomeSchema = z.discriminatedUnion('status', [
  z.object({ status: z.literal('accepted'), shardId: z.string(), sequenceNumber: z.string() }),
  z.object({
    status: z.literal('refused'),
    code: z.enum(['tooLarge', 'key', 'throttled', 'unanswered'] satisfies IntakeRefusal[]),
    message: z.string(),
  }),
]);

const resultSchema = z
  .object({
    pipeline: z.string(),
    accepted: z.int(),
    refused: z.int(),
    retryAfterMs: z.int().optional().openapi({ description: 'When to send again what was throttled or unanswered' }),
    results: z.array(outcomeSchema).openapi({ description: 'What became of each event, in their order' }),
  })
  .openapi('EventResults');

type EventResults = z.infer<typeof resultSchema>;

const answer = (description: string) => ({ description, content: { 'application/json': { schema: resultSchema } } });

const post = createRoute({
  method: 'post',
  path: '/events',
  summary: 'Put events on the input stream. What is accepted is on it, at the place that is said; what is refused is not, or nobody knows',
  request: { query: z.object(pipelineQuery), body: { required: true, content: { 'application/json': { schema: batchSchema } } } },
  responses: {
    200: answer('All are accepted'),
    207: answer('Some are accepted, some refused'),
    422: answer('None is accepted, and none will be as it is'),
    429: answer('None is accepted, for the stream is too busy: send them again after `retryAfterMs`, as `Retry-After` says, too'),
    503: answer('None is accepted, and of some nobody knows: send them again'),
    ...PROBLEMS,
  },
});

/** Takes events over HTTP. */
export function serveIntake(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(post, async (context) => {
    const { id, definition, ports } = pipelines.meant(context.req.valid('query').pipeline);
    if (ports.inputStream === undefined) throw new ApiError(405, `events of pipeline '${id}' are not taken here; put them on its stream`);
    const texts = eventTexts(await context.req.text());
    const events = context.req.valid('json').events.map((event, index) => ({ ...event, text: texts[index] as string }));
    const results = await acceptEvents(definition, events, ports.inputStream);
    const accepted = results.filter(({ status }) => status === 'accepted').length;
    const isWorthRetrying = results.some(mayBeRetried);
    const body: EventResults = {
      pipeline: id,
      accepted,
      refused: results.length - accepted,
      ...(isWorthRetrying && { retryAfterMs: RETRY_AFTER_MS }),
      results: [...results],
    };
    if (isWorthRetrying) context.header('retry-after', String(RETRY_AFTER_MS / 1_000));
    return context.json(body, statusOf(results, accepted));
  });
}

function statusOf(results: readonly IntakeOutcome[], accepted: number): 200 | 207 | 422 | 429 | 503 {
  if (accepted === results.length) return 200;
  if (accepted > 0) return 207;
  if (has(results, 'unanswered')) return 503;
  return has(results, 'throttled') ? 429 : 422;
}

function has(results: readonly IntakeOutcome[], code: IntakeRefusal): boolean {
  return results.some((result) => result.status === 'refused' && result.code === code);
}
