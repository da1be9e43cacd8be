import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { prometheusText } from '../prometheus.ts';
import { PROBLEMS } from '../requests.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const metrics = createRoute({
  method: 'get',
  path: '/metrics',
  summary: 'How pipelines stand, for Prometheus',
  responses: { 200: { description: 'In its text format', content: { 'text/plain': { schema: z.string() } } }, ...PROBLEMS },
});

export function serveMetrics(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(metrics, async (context) => {
    const standings = await Promise.all(pipelines.all.map(async ({ id, standings: looks }) => [id, await looks.look()] as const));
    const known = new Map(standings.flatMap(([id, standing]) => (standing === undefined ? [] : [[id, standing] as const])));
    const { text, contentType } = await prometheusText(known);
    return context.text(text, 200, { 'content-type': contentType });
  });
}
