import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Position } from '../../../shared/log/position.ts';
import { explain } from '../../../shared/provenance/explain.ts';
import { NoSuchPaneError } from '../../../shared/provenance/no-such-pane.ts';
import { parsePaneId } from '../../../shared/provenance/pane-id.ts';
import type { EventTime } from '../../../shared/time/event-time.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { ApiError } from '../problem.ts';
import { answers, eventTimeQuery, pageQuery, pipelineQuery, windowKey, windowName } from '../requests.ts';
import { explanationSchema, nextSchema, paneSchema } from '../schemas.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const placeSchema = z.object({ lane: z.int(), position: z.int().transform((position) => position as Position), index: z.int() });

const history = createRoute({
  method: 'get',
  path: '/panes',
  summary: 'The panes that have been fired, as long as the logs keep them',
  request: {
    query: z.object({
      ...pipelineQuery,
      window: windowName.optional(),
      key: windowKey.optional(),
      from: eventTimeQuery('Windows that end after it'),
      to: eventTimeQuery('Windows that end at it, or before'),
      ...pageQuery,
    }),
  },
  responses: answers(
    z.object({ items: z.array(paneSchema).readonly(), next: nextSchema }),
    'Newest first; lane by lane, where there are several and no key is given. A page may be short, or empty, and have a next one',
  ),
});

const explanation = createRoute({
  method: 'get',
  path: '/panes/{id}/explain',
  summary: 'Where a pane comes from: the shards, commits and ranges of sequence numbers that make it up',
  request: {
    params: z.object({
      id: z
        .string()
        .min(1)
        .max(600)
        .openapi({ example: 'flights:departures:978307200000-978393600000:ATL:0', description: 'As in the pane' }),
    }),
  },
  responses: answers(explanationSchema, 'By the logs alone'),
});

/** What has been fired. */
export function servePanes(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(history, async (context) => {
    const { pipeline, window, key, from, to, limit, cursor } = context.req.valid('query');
    const served = pipelines.meant(pipeline);
    served.meantWindows(window);
    const query = { window, key, from: from as EventTime | undefined, to: to as EventTime | undefined };
    const { items, next } = await served.history.panes(query, limit, readCursor(placeSchema, cursor));
    return context.json({ items, ...(next === undefined ? {} : { next: writeCursor(next) }) }, 200);
  });
  app.openapi(explanation, async (context) => {
    const { id } = context.req.valid('param');
    const { pipeline } = parsePaneId(id) ?? {};
    if (pipeline === undefined)
      throw new ApiError(400, `'${id}' is no id of a pane; one looks like this: flights:departures:978307200000-978393600000:ATL:0`);
    const { definition, ports } = pipelines.named(pipeline);
    try {
      return context.json(await explain(definition, ports.logStore, id), 200);
    } catch (error) {
      if (error instanceof NoSuchPaneError) throw new ApiError(404, error.message, { cause: error });
      throw error;
    }
  });
}
