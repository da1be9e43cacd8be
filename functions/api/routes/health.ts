import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { definitionLog } from '../../../shared/log/keys.ts';
import { PROBLEMS } from '../requests.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const healthSchema = z
  .object({
    status: z.enum(['ok', 'unavailable']),
    pipelines: z.array(z.object({ id: z.string(), table: z.enum(['ok', 'unavailable']) })).readonly(),
  })
  .openapi('Health');

const health = createRoute({
  method: 'get',
  path: '/health',
  summary: 'Whether the API can do its work: it reads the table of every pipeline',
  responses: {
    200: { description: 'It can', content: { 'application/json': { schema: healthSchema } } },
    503: { description: 'A table does not answer', content: { 'application/json': { schema: healthSchema } } },
    ...PROBLEMS,
  },
});

export function serveHealth(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(health, async (context) => {
    const looks = await Promise.allSettled(pipelines.all.map(({ id, ports }) => ports.logStore.last(definitionLog(id))));
    const tables = pipelines.all.map(({ id }, index) => ({
      id,
      table: looks[index]?.status === 'fulfilled' ? ('ok' as const) : ('unavailable' as const),
    }));
    const isHealthy = tables.every(({ table }) => table === 'ok');
    return isHealthy
      ? context.json({ status: 'ok' as const, pipelines: tables }, 200)
      : context.json({ status: 'unavailable' as const, pipelines: tables }, 503);
  });
}
