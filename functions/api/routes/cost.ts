import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { monthlyCost } from '../../../shared/cost/monthly-cost.ts';
import { runningWorkload } from '../../../shared/cost/running-workload.ts';
import { seeWindows } from '../../../shared/view/window-sight.ts';
import { answers, pipelineId } from '../requests.ts';
import { costSchema } from '../schemas.ts';
import type { ServedPipeline } from '../served-pipeline.ts';
import type { ServedPipelines } from '../served-pipelines.ts';
import { standingOf } from './status.ts';

const EVENT_BYTES = 200;

const query = z.object({
  rate: z.coerce.number().min(0).max(1e9).openapi({ type: 'number', description: 'Events a second, as they were seen to come' }),
  eventBytes: z.coerce
    .number()
    .min(1)
    .max(1e6)
    .default(EVENT_BYTES)
    .openapi({ type: 'number', default: EVENT_BYTES, description: 'Of an event, which the logs do not know' }),
});

const cost = createRoute({
  method: 'get',
  path: '/pipelines/{id}/cost',
  summary: 'What a month in AWS would cost that goes on like this, by the keys, shards and windows that there are now',
  request: { params: z.object({ id: pipelineId }), query },
  responses: answers(costSchema, 'As `mullion cost` says it; for several window definitions an estimate'),
});

/** What it costs. */
export function serveCost(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(cost, async (context) => {
    const pipeline = pipelines.named(context.req.valid('param').id);
    const { rate, eventBytes } = context.req.valid('query');
    const { shards } = await standingOf(pipeline);
    const { lanes, operators } = pipeline.definition;
    const keys = await keysOf(pipeline);
    const assigners = operators.map(({ assigner }) => assigner);
    const workload = runningWorkload({ rate, eventBytes, keys, shards: shards.length, lanes, assigners });
    const { dollars, stateAndComputeDollars, streams, stateAndCompute, watching, alternatives } = monthlyCost(workload);
    const { prices, windowMs, slideMs, region } = workload;
    return context.json(
      {
        id: pipeline.id,
        dollars,
        stateAndComputeDollars,
        parts: [streams, ...stateAndCompute, ...watching].map(partOf),
        alternatives: alternatives.map(partOf),
        of: { rate, eventBytes, keys: workload.keys, shards: workload.shards, lanes, windowMs, slideMs, region, pricesOf: prices.asOf },
      },
      200,
    );
  });
}

/** Of the fullest window of each definition, all together; of sessions those that are open. */
async function keysOf({ windows, windowNames }: ServedPipeline): Promise<number> {
  const seen = await seeWindows(windows, { windows: windowNames, prefix: '' });
  const byWindow = Map.groupBy(seen.windows, ({ window }) => window).values();
  return byWindow
    .map((each) => (each.some(({ key }) => key !== undefined) ? each.length : Math.max(...each.map(({ keys }) => keys))))
    .reduce((sum, keys) => sum + keys, 0);
}

function partOf({ name, dollars }: { readonly name: string; readonly dollars: number }) {
  return { name, dollars };
}
