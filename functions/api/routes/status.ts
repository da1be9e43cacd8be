import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Standing } from '../../../shared/view/standing.ts';
import { answers, pageQuery, pipelineId } from '../requests.ts';
import { nextSchema, pipelineSchema, statsSchema, summarySchema } from '../schemas.ts';
import type { ServedPipeline } from '../served-pipeline.ts';
import type { ServedPipelines } from '../served-pipelines.ts';
import { ApiError } from '../problem.ts';

const status = createRoute({
  method: 'get',
  path: '/status',
  summary: 'How all pipelines stand',
  request: { query: z.object(pageQuery) },
  responses: answers(z.object({ nowMs: z.int(), pipelines: z.array(summarySchema).readonly(), next: nextSchema }), 'A line each, by name'),
});

const list = createRoute({
  method: 'get',
  path: '/pipelines',
  summary: 'Which pipelines there are',
  request: { query: z.object(pageQuery) },
  responses: answers(z.object({ items: z.array(summarySchema).readonly(), next: nextSchema }), 'By name'),
});

const one = createRoute({
  method: 'get',
  path: '/pipelines/{id}',
  summary: 'What a pipeline is, and how it stands',
  request: { params: z.object({ id: pipelineId }) },
  responses: answers(pipelineSchema, 'Its definition, and each of its lanes'),
});

const stats = createRoute({
  method: 'get',
  path: '/pipelines/{id}/stats',
  summary: 'The accounts of a pipeline: what became of every event that was read',
  request: { params: z.object({ id: pipelineId }) },
  responses: answers(statsSchema, 'Totals since its beginning, of all that is committed'),
});

/** How pipelines stand. */
export function serveStatus(app: OpenAPIHono, pipelines: ServedPipelines, nowMs: () => number): void {
  app.openapi(status, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const { items, ...next } = pipelines.page(undefined, limit, cursor);
    return context.json({ nowMs: nowMs(), pipelines: await Promise.all(items.map((each) => look(each))), ...next }, 200);
  });
  app.openapi(list, async (context) => {
    const { limit, cursor } = context.req.valid('query');
    const { items, ...next } = pipelines.page(undefined, limit, cursor);
    return context.json({ items: await Promise.all(items.map((each) => look(each))), ...next }, 200);
  });
  app.openapi(one, async (context) => {
    const pipeline = pipelines.named(context.req.valid('param').id);
    const { fingerprint, description } = pipeline.definition;
    const standing = await pipeline.standings.look();
    return context.json(
      {
        ...(await summaryOf(pipeline, standing)),
        fingerprint,
        watermarkStrategy: description.watermark,
        windows: description.windows,
        lanes: standing?.lanes ?? [],
      },
      200,
    );
  });
  app.openapi(stats, async (context) => {
    const standing = await standingOf(pipelines.named(context.req.valid('param').id));
    return context.json(accountsOf(standing.id, standing), 200);
  });
}

/** @throws {ApiError} when no function of the pipeline has run. */
export async function standingOf(pipeline: ServedPipeline): Promise<Standing & { readonly id: string }> {
  const standing = await pipeline.standings.look();
  if (standing === undefined)
    throw new ApiError(409, `no function of pipeline '${pipeline.id}' has run yet; put events on its input stream, and ask again`);
  return { id: pipeline.id, ...standing };
}

export function accountsOf(id: string, standing: Standing): z.infer<typeof statsSchema> {
  const { counts, conservationDifference, lateByWindow, openByWindow, panesFired, unreadCommits, isCurrent } = standing;
  return { id, counts, conservationDifference, lateByWindow, openByWindow, panesFired, unreadCommits, isCurrent };
}

type Summary = z.infer<typeof summarySchema>;

/** How a pipeline stands now, in a line. */
export async function look(pipeline: ServedPipeline): Promise<Summary> {
  return summaryOf(pipeline, await pipeline.standings.look());
}

export async function summaryOf({ id, ports }: ServedPipeline, standing: Standing | undefined): Promise<Summary> {
  const isOn = (await ports.switch?.isOn()) ?? true;
  if (standing === undefined) return { id, state: isOn ? 'new' : 'stopped', pending: [] };
  const { state, watermark, lagMs, heldBackBy, lanes, counts, panesFired, conservationDifference, pending } = standing;
  return {
    id,
    state: isOn ? state : 'stopped',
    watermark,
    ...(lagMs === undefined ? {} : { lagMs }),
    ...(heldBackBy === undefined ? {} : { heldBackBy }),
    openWindows: lanes.reduce((sum, { openWindows }) => sum + openWindows, 0),
    eventsRead: counts.read,
    panesFired,
    conservationDifference,
    pending,
  };
}
