import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { ApiError } from '../problem.ts';
import { answers, pageQuery, pipelineQuery, windowName } from '../requests.ts';
import { seenRefusalSchema } from '../schemas.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const refusals = createRoute({
  method: 'get',
  path: '/refusals',
  summary: 'The newest events that were late or rejected, with the reasons',
  request: {
    query: z.object({
      ...pipelineQuery,
      window: windowName.optional().openapi({ description: 'Too late for that one; what could not be read is of none, and always told' }),
      limit: pageQuery.limit,
    }),
  },
  responses: answers(
    z.object({ items: z.array(seenRefusalSchema).readonly() }),
    'Newest first; 200 at the most. All of them, and whole, are on the side stream',
  ),
});

/** What was refused. */
export function serveRefusals(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(refusals, async (context) => {
    const { pipeline, window, limit } = context.req.valid('query');
    const served = pipelines.meant(pipeline);
    if (served.refusals === undefined)
      throw new ApiError(405, `the API is not told of the side stream of pipeline '${served.id}'; read it there`);
    const items = await served.refusals.look({ windows: served.meantWindows(window), prefix: '' }, limit);
    return context.json({ items }, 200);
  });
}
