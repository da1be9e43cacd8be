import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { requestControl } from '../../../shared/control/request-control.ts';
import type { ControlAction } from '../../../shared/log/control-request.ts';
import { ApiError } from '../problem.ts';
import { pipelineId, PROBLEMS } from '../requests.ts';
import { controlActionSchema } from '../schemas.ts';
import type { ServedPipelines } from '../served-pipelines.ts';
import { standingOf } from './status.ts';

const acceptedSchema = z
  .object({
    pipeline: z.string(),
    action: controlActionSchema,
    request: z.int().openapi({ description: 'Its place in the log of requests: obeyed once `obeyed` of every lane has reached it' }),
  })
  .openapi('Accepted');

const switchedSchema = z.object({ pipeline: z.string(), isOn: z.boolean() }).openapi('Switched');

const params = z.object({ id: pipelineId });
const confirmation = z.object({
  confirm: z
    .string(`needed: the pipeline's name, as in {"confirm": "flights"}, for there is no way back`)
    .openapi({ description: "The pipeline's name, for there is no way back", example: 'flights' }),
});

const accepted = {
  202: {
    description: 'It is written down; the next firing of each lane obeys it',
    content: { 'application/json': { schema: acceptedSchema } },
  },
  ...PROBLEMS,
};

const SUMMARIES: Readonly<Record<Exclude<ControlAction, 'drain'>, string>> = {
  pause: 'Read and fire nothing any more; events go on being folded, and nothing is lost',
  resume: 'Go on where it stood',
  checkpoint: 'Write the state down now',
};

const drain = createRoute({
  method: 'post',
  path: '/pipelines/{id}/drain',
  summary: 'Fire everything open as final panes. What comes later is late: a pipeline that has been drained stays so',
  request: { params, body: { required: true, content: { 'application/json': { schema: confirmation } } } },
  responses: accepted,
});

const switchRoute = (what: 'start' | 'stop', summary: string) =>
  createRoute({
    method: 'post',
    path: `/pipelines/{id}/${what}`,
    summary,
    request: { params },
    responses: { 200: { description: 'It is so now', content: { 'application/json': { schema: switchedSchema } } }, ...PROBLEMS },
  });

const start = switchRoute('start', 'Let events be delivered, and the schedule run');
const stop = switchRoute(
  'stop',
  'Deliver nothing, and run nothing. Nothing is lost while the input stream keeps its records: mind its retention',
);

/** What can be asked of pipelines. */
export function serveControl(app: OpenAPIHono, pipelines: ServedPipelines): void {
  const ask = async (id: string, action: ControlAction) => {
    const pipeline = pipelines.named(id);
    const { state } = await standingOf(pipeline);
    if (state === 'drained') throw new ApiError(409, `pipeline '${id}' has been drained, and stays so; begin anew under another name`);
    return { pipeline: id, action, request: await requestControl(id, action, pipeline.ports) };
  };
  for (const [action, summary] of Object.entries(SUMMARIES) as [ControlAction, string][]) {
    const route = createRoute({ method: 'post', path: `/pipelines/{id}/${action}`, summary, request: { params }, responses: accepted });
    app.openapi(route, async (context) => context.json(await ask(context.req.valid('param').id, action), 202));
  }
  app.openapi(drain, async (context) => {
    const { id } = context.req.valid('param');
    const { confirm } = context.req.valid('json');
    if (confirm !== id) throw new ApiError(400, `confirm: '${confirm}'; to drain pipeline '${id}' say its name, for there is no way back`);
    return context.json(await ask(id, 'drain'), 202);
  });
  for (const [route, isOn] of [
    [start, true],
    [stop, false],
  ] as const) {
    app.openapi(route, async (context) => {
      const { id } = context.req.valid('param');
      const { switch: pipelineSwitch } = pipelines.named(id).ports;
      if (pipelineSwitch === undefined)
        throw new ApiError(
          405,
          `pipeline '${id}' can be paused and resumed, but not started or stopped from here: what runs it is somewhere else`,
        );
      await pipelineSwitch.turn(isOn);
      return context.json({ pipeline: id, isOn }, 200);
    });
  }
}
