import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Standing } from '../../../shared/view/standing.ts';
import { answers, pageQuery, pipelineQuery } from '../requests.ts';
import { nextSchema, watermarksSchema } from '../schemas.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const watermarks = createRoute({
  method: 'get',
  path: '/watermarks',
  summary: 'How far event time has come, by pipeline, lane and shard, and what holds it back',
  request: { query: z.object({ ...pipelineQuery, ...pageQuery }) },
  responses: answers(
    z.object({ nowMs: z.int(), items: z.array(watermarksSchema).readonly(), next: nextSchema }),
    'Of pipelines that have run, by name',
  ),
});

export function serveWatermarks(app: OpenAPIHono, pipelines: ServedPipelines, nowMs: () => number): void {
  app.openapi(watermarks, async (context) => {
    const { pipeline, limit, cursor } = context.req.valid('query');
    const { items: page, ...next } = pipelines.page(pipeline, limit, cursor);
    const standings = await Promise.all(page.map(async ({ id, standings: looks }) => ({ id, standing: await looks.look() })));
    const items = standings.flatMap(({ id, standing }) => (standing === undefined ? [] : [timeOf(id, standing)]));
    return context.json({ nowMs: nowMs(), items, ...next }, 200);
  });
}

export function timeOf(id: string, { watermark, lagMs, heldBackBy, lanes, shards }: Standing): z.infer<typeof watermarksSchema> {
  return { id, watermark, lagMs, heldBackBy, lanes, shards };
}
