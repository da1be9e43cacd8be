import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { currentRules, RulesChangedError, setRules } from '../../../shared/control/set-rules.ts';
import { InvalidArgument } from '../../../shared/definition/invalid-argument.ts';
import { ApiError } from '../problem.ts';
import { answers, pipelineId } from '../requests.ts';
import { actionSchema, rulesSchema, ruleSchema } from '../schemas.ts';
import type { ServedPipeline } from '../served-pipeline.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const params = z.object({ id: pipelineId });

const wantedSchema = z
  .object({
    rules: z.array(ruleSchema),
    otherwise: actionSchema.default('keep').openapi({ description: 'What becomes of an event that no rule matches' }),
    replaces: z
      .int()
      .min(0)
      .optional()
      .openapi({ description: 'The version that these are made from: refused when another one is there. Absent: whichever is there' }),
  })
  .openapi('WantedRules');

const read = createRoute({
  method: 'get',
  path: '/pipelines/{id}/rules',
  summary: 'Which events go into windows, by the rules that were set last',
  request: { params },
  responses: answers(rulesSchema, 'Version 0 where none were ever set'),
});

const write = createRoute({
  method: 'put',
  path: '/pipelines/{id}/rules',
  summary:
    'Set them, all at once. They hold for records that arrive from some seconds later on, whenever and however often these are delivered',
  request: { params, body: { required: true, content: { 'application/json': { schema: wantedSchema } } } },
  responses: answers(rulesSchema, 'As they are now'),
});

/** Filter rules that are changed while a pipeline runs. */
export function serveRules(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(read, async (context) => {
    const { id, ports } = withRules(pipelines.named(context.req.valid('param').id));
    return context.json(await currentRules(id, ports.logStore), 200);
  });
  app.openapi(write, async (context) => {
    const { id, ports } = withRules(pipelines.named(context.req.valid('param').id));
    const { replaces, ...rules } = context.req.valid('json');
    try {
      return context.json(await setRules(id, rules, replaces, ports), 200);
    } catch (error) {
      if (error instanceof InvalidArgument) throw new ApiError(400, `${error.field ?? 'rules'}: ${error.message}`, { cause: error });
      if (error instanceof RulesChangedError) throw new ApiError(409, error.message, { cause: error });
      throw error;
    }
  });
}

/** @throws {ApiError} when its functions do not look for rules. */
function withRules(pipeline: ServedPipeline): ServedPipeline {
  if (pipeline.definition.options.rules === 'live') return pipeline;
  throw new ApiError(405, `pipeline '${pipeline.id}' looks for no rules; say rules: 'live' in its definition, and deploy it`);
}
