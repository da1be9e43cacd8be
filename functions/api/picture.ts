import type { z } from '@hono/zod-openapi';
import type { FiringTail, Sight } from '../../shared/view/firing-tail.ts';
import { seeWindows } from '../../shared/view/window-sight.ts';
import { accountsOf, summaryOf } from './routes/status.ts';
import { timeOf } from './routes/watermarks.ts';
import type { pictureSchema } from './schemas.ts';
import type { ServedPipeline } from './served-pipeline.ts';

const REFUSALS_SHOWN = 25;

/** All that a person wants to see of a pipeline, at one moment. */
export async function pictureOf(pipeline: ServedPipeline, sight: Sight, tail: FiringTail): Promise<z.infer<typeof pictureSchema>> {
  const { id, ports, standings, windows: queries, refusals: recent } = pipeline;
  const standing = await standings.look();
  const nowMs = ports.clock.nowMs();
  const [summary, refusals = []] = await Promise.all([summaryOf(pipeline, standing), recent?.look(sight, REFUSALS_SHOWN)]);
  if (standing === undefined) return { nowMs, pipeline: summary, windows: [], cut: [], isCurrent: true, refusals, ...(await tail.look()) };
  const windows = await seeWindows(queries, sight);
  return {
    nowMs,
    pipeline: summary,
    stats: accountsOf(id, standing),
    watermarks: timeOf(id, standing),
    ...windows,
    size: await queries.size(),
    refusals,
    // Last: a window that was not open any more has fired before.
    ...(await tail.look()),
  };
}
