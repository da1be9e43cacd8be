import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { isName, NAME_ALLOWED } from '../../../shared/pipeline/pipeline-name.ts';
import { ApiError } from '../problem.ts';
import { pipelineId, PROBLEMS } from '../requests.ts';
import type { PipelineReplayer } from '../pipeline-replayer.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const wantedSchema = z
  .object({
    name: z
      .string('needed: what the replay is called, as in {"name": "flights-again"}')
      .openapi({ description: 'What the replay is called: its logs, panes and refusals carry the name', example: 'flights-again' }),
    from: z.iso
      .datetime('needed: an ISO 8601 time such as 2026-01-01T00:00:00Z')
      .optional()
      .openapi({ description: 'Only what arrived from then on. Absent: all that the stream keeps' }),
  })
  .openapi('WantedReplay');

const replay = createRoute({
  method: 'post',
  path: '/pipelines/{id}/replay',
  summary:
    'Run the same definition over the same stream again, under another name beside the first. Where that takes a deployment, the answer says which',
  request: { params: z.object({ id: pipelineId }), body: { required: true, content: { 'application/json': { schema: wantedSchema } } } },
  responses: {
    201: {
      description: 'It runs, and is one of the pipelines from now on',
      content: { 'application/json': { schema: z.object({ pipeline: z.string() }) } },
    },
    ...PROBLEMS,
  },
});

/** Replays, where they need no deployment. */
export function serveReplay(app: OpenAPIHono, pipelines: ServedPipelines, replayer: PipelineReplayer | undefined): void {
  app.openapi(replay, async (context) => {
    const { id } = pipelines.named(context.req.valid('param').id);
    const { name, from } = context.req.valid('json');
    if (!isName(name)) throw new ApiError(400, `name: '${String(name)}' is not allowed here; allowed: ${NAME_ALLOWED}`);
    if (pipelines.all.some((each) => each.id === name))
      throw new ApiError(409, `there is a pipeline '${name}' already; give the replay another name`);
    if (replayer === undefined) {
      const position = from === undefined ? '' : `, startingPosition: new Date('${from}')`;
      throw new ApiError(
        405,
        `a replay of '${id}' needs functions and a table of its own, so it is a deployment: add new WindowPipeline(stack, '…', { entry, inputStream: first.inputStream, ` +
          `name: '${name}'${position} }) beside the first, with its entry, and deploy`,
      );
    }
    pipelines.add(await replayer.replay(id, name, from === undefined ? undefined : new Date(from)));
    return context.json({ pipeline: name }, 201);
  });
}
