import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { OpenKeyedWindow } from '../../../shared/firing/open-windows.ts';
import type { EventTime } from '../../../shared/time/event-time.ts';
import type { Page } from '../../../shared/view/page.ts';
import { readCursor, writeCursor } from '../cursor.ts';
import { answers, pageQuery, pipelineQuery, windowKey, windowName } from '../requests.ts';
import { keyedWindowSchema, nextSchema, openWindowSchema } from '../schemas.ts';
import type { ServedPipeline } from '../served-pipeline.ts';
import type { ServedPipelines } from '../served-pipelines.ts';

const eventTime = z.int().transform((time) => time as EventTime);
// Behind a place in the list of one window definition, or at its beginning.
const windowPlace = z.object({
  window: z.string(),
  behind: z.object({ end: eventTime, start: eventTime, key: z.string().optional() }).optional(),
});
const keyPlace = z.object({ window: z.string(), behind: z.object({ key: z.string(), start: eventTime }).optional() });

const inWindow = { pipeline: z.string(), window: z.string() };
const isCurrent = z.boolean().openapi({ description: 'False while there are more commits than one look reads: ask again' });

const list = createRoute({
  method: 'get',
  path: '/windows',
  summary: 'The open windows, how many keys and events each holds',
  request: { query: z.object({ ...pipelineQuery, window: windowName.optional(), ...pageQuery }) },
  responses: answers(
    z.object({ items: z.array(openWindowSchema.extend(inWindow)).readonly(), isCurrent, next: nextSchema }),
    'Window definition by window definition, each by end',
  ),
});

const state = createRoute({
  method: 'get',
  path: '/state',
  summary: 'What the open windows hold of all keys that begin so',
  request: {
    query: z.object({
      ...pipelineQuery,
      window: windowName.optional(),
      prefix: z.string().max(256).default('').openapi({ description: 'How keys begin' }),
      ...pageQuery,
    }),
  },
  responses: answers(
    z.object({ items: z.array(keyedWindowSchema.extend(inWindow)).readonly(), isCurrent, next: nextSchema }),
    'Window definition by window definition, each by key, then by start',
  ),
});

const value = createRoute({
  method: 'get',
  path: '/windows/{window}/{key}',
  summary: 'The current value of the open windows of a key',
  request: { params: z.object({ window: windowName, key: windowKey }), query: z.object({ ...pipelineQuery, ...pageQuery }) },
  responses: answers(
    z.object({ ...inWindow, key: z.string(), items: z.array(keyedWindowSchema).readonly(), isCurrent, next: nextSchema }),
    'By start; none when the key has nothing open',
  ),
});

/** What is open, as firing would see it now. */
export function serveWindows(app: OpenAPIHono, pipelines: ServedPipelines): void {
  app.openapi(list, async (context) => {
    const { pipeline, window, limit, cursor } = context.req.valid('query');
    const served = pipelines.meant(pipeline);
    const page = await throughWindows(served, window, limit, readCursor(windowPlace, cursor), (name, left, behind) =>
      served.windows.windows(name, left, behind),
    );
    return context.json(page, 200);
  });
  app.openapi(state, async (context) => {
    const { pipeline, window, prefix, limit, cursor } = context.req.valid('query');
    const served = pipelines.meant(pipeline);
    const page = await throughWindows(served, window, limit, readCursor(keyPlace, cursor), async (name, left, behind) => {
      const { items, ...rest } = await served.windows.ofKeys(name, prefix, left, behind);
      return { items: items.map(flat), ...rest };
    });
    return context.json(page, 200);
  });
  app.openapi(value, async (context) => {
    const { window, key } = context.req.valid('param');
    const { pipeline, limit, cursor } = context.req.valid('query');
    const served = pipelines.meant(pipeline);
    const [name] = served.meantWindows(window);
    const behind = readCursor(keyPlace.shape.behind.unwrap(), cursor);
    const { items, isCurrent: current, next } = await served.windows.ofKey(name as string, key, limit, behind);
    const page = { items: items.map(flat), isCurrent: current, ...(next === undefined ? {} : { next: writeCursor(next) }) };
    return context.json({ pipeline: served.id, window, key, ...page }, 200);
  });
}

/** One list of several window definitions, one after the other. */
async function throughWindows<T, P>(
  served: ServedPipeline,
  window: string | undefined,
  limit: number,
  from: { readonly window: string; readonly behind?: P | undefined } | undefined,
  read: (window: string, limit: number, behind: P | undefined) => Promise<Page<T, P>>,
) {
  const names = served.meantWindows(window);
  const items: (T & { readonly pipeline: string; readonly window: string })[] = [];
  let isAllCurrent = true;
  for (const name of names.slice(from === undefined ? 0 : Math.max(names.indexOf(from.window), 0))) {
    if (items.length === limit) return { items, isCurrent: isAllCurrent, next: writeCursor({ window: name }) };
    const page = await read(name, limit - items.length, from?.window === name ? from.behind : undefined);
    for (const each of page.items) items.push({ pipeline: served.id, window: name, ...each });
    isAllCurrent &&= page.isCurrent;
    if (page.next !== undefined) return { items, isCurrent: isAllCurrent, next: writeCursor({ window: name, behind: page.next }) };
  }
  return { items, isCurrent: isAllCurrent };
}

function flat({ key, start, end, content }: OpenKeyedWindow) {
  return { key, start, end, ...content };
}
