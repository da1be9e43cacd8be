import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type SSEStreamingApi, streamSSE } from 'hono/streaming';
import type { Position } from '../../../shared/log/position.ts';
import { FiringTail, type Sight } from '../../../shared/view/firing-tail.ts';
import { PaneTail } from '../../../shared/view/pane-tail.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { pictureOf } from '../picture.ts';
import { pipelineQuery, PROBLEMS, windowName } from '../requests.ts';
import { pictureSchema } from '../schemas.ts';
import type { ServedPipeline } from '../served-pipeline.ts';
import type { ServedPipelines } from '../served-pipelines.ts';
import { look } from './status.ts';

/** How the stream of events is kept up. */
export interface EventStreamOptions {
  /** How often the logs are looked at. */
  readonly everyMs: number;
  /** Whether a connection stays open. Otherwise it ends after one look, and the browser asks again: where an open connection costs by the second. */
  readonly staysOpen: boolean;
}

const position = z.int().transform((at) => at as Position);
const panePlaces = z.record(z.string(), z.array(z.object({ after: position, seen: z.int() })).readonly());
const firingPlaces = z.record(z.string(), z.array(position).readonly());

const STATUS_EVERY_MS = 5_000;
// As often as somebody who watches takes it in.
const PICTURE_EVERY_MS = 1_000;

const headers = z.object({
  'last-event-id': z.string().max(8_000).optional().openapi({ description: 'Goes on behind that event; browsers say it by themselves' }),
});

const events = createRoute({
  method: 'get',
  path: '/events',
  summary: 'Panes as they are fired, and how pipelines stand, as Server-Sent Events',
  request: { query: z.object(pipelineQuery), headers },
  responses: {
    200: {
      description:
        '`event: pane`, a pane; `event: status`, a Summary, every five seconds; `retry`, when to ask again. From now on, unless the request says behind which event',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...PROBLEMS,
  },
});

const pictures = createRoute({
  method: 'get',
  path: '/events/pictures',
  summary: 'All that a person wants to see of a pipeline, every second, as Server-Sent Events: what the dashboard draws',
  request: {
    query: z.object({
      ...pipelineQuery,
      window: windowName.optional(),
      prefix: z.string().max(256).default('').openapi({ description: 'How keys begin' }),
    }),
    headers,
  },
  responses: {
    200: {
      description:
        '`event: picture`, a Picture; `retry`, when to ask again. The first one tells of the last few firings, unless the request says behind which event',
      content: { 'text/event-stream': { schema: pictureSchema } },
    },
    ...PROBLEMS,
  },
});

export function serveEvents(app: OpenAPIHono, pipelines: ServedPipelines, options: EventStreamOptions): void {
  app.openapi(events, async (context) => {
    const chosen = pipelines.chosen(context.req.valid('query').pipeline);
    const places = readCursor(panePlaces, context.req.valid('header')['last-event-id']);
    const tails = await Promise.all(
      chosen.map(async (pipeline) => {
        const { id, definition, ports } = pipeline;
        return { pipeline, tail: await PaneTail.from(definition, ports.logStore, places?.[id]) };
      }),
    );
    return streamSSE(context, (stream) => follow(stream, tails, options));
  });
  app.openapi(pictures, async (context) => {
    const { pipeline: id, window, prefix } = context.req.valid('query');
    const pipeline = pipelines.meant(id);
    const sight = { windows: pipeline.meantWindows(window), prefix };
    const places = readCursor(firingPlaces, context.req.valid('header')['last-event-id']);
    const tail = await FiringTail.from(pipeline.definition, pipeline.ports.logStore, sight, places?.[pipeline.id]);
    return streamSSE(context, (stream) => paint(stream, pipeline, sight, tail, options));
  });
}

interface Followed {
  readonly pipeline: ServedPipeline;
  readonly tail: PaneTail;
}

async function follow(stream: SSEStreamingApi, tails: readonly Followed[], { everyMs, staysOpen }: EventStreamOptions): Promise<void> {
  // Behind which event a connection that breaks goes on, even if nothing has been fired.
  await stream.writeSSE({ event: 'open', data: '{}', id: idOf(tails), retry: everyMs });
  let statusDueAtMs = 0;
  for (;;) {
    for (const { pipeline, tail } of tails) {
      for (const { pane, places } of await tail.look())
        await stream.writeSSE({ event: 'pane', data: JSON.stringify(pane), id: idOf(tails, pipeline.id, places) });
    }
    if (performance.now() >= statusDueAtMs) {
      for (const { pipeline } of tails) await stream.writeSSE({ event: 'status', data: JSON.stringify(await look(pipeline)) });
      statusDueAtMs = performance.now() + STATUS_EVERY_MS;
    }
    if (!staysOpen) return;
    await stream.sleep(everyMs);
    // Whoever has gone meanwhile needs no further look, and there may be nothing left to look at.
    if (stream.aborted || stream.closed) return;
  }
}

/** A picture after the other. Each holds what was fired since the one before, so that whoever has seen all of them has seen every firing. */
async function paint(
  stream: SSEStreamingApi,
  pipeline: ServedPipeline,
  sight: Sight,
  tail: FiringTail,
  { everyMs, staysOpen }: EventStreamOptions,
): Promise<void> {
  while (!stream.aborted && !stream.closed) {
    const picture = await pictureOf(pipeline, sight, tail);
    const id = writeCursor({ [pipeline.id]: tail.places });
    await stream.writeSSE({ event: 'picture', data: JSON.stringify(picture), id, retry: everyMs });
    if (!staysOpen) return;
    await stream.sleep(PICTURE_EVERY_MS);
  }
}

/** Where all of them stand; of one, where it stood at a pane. */
function idOf(tails: readonly Followed[], id?: string, places?: PaneTail['places']): string {
  return writeCursor(
    Object.fromEntries(tails.map(({ pipeline, tail }) => [pipeline.id, pipeline.id === id && places !== undefined ? places : tail.places])),
  );
}
