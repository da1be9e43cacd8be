import { type ShardStanding, Standings } from '../../shared/view/standing.ts';
import { behind } from './behind.ts';
import { inColumns } from './columns.ts';
import { moment } from './pane-line.ts';
import { notRunYet, openView } from './open-view.ts';
import type { ViewOptions } from './view-options.ts';

/**
 * `mullion watermarks`: how far event time has come on each shard, and which one holds it back.
 *
 * @throws {CommandError} when pipeline or table cannot be used, or it has never run.
 */
export async function watermarksCommand(path: string, options: ViewOptions): Promise<void> {
  const view = await openView(path, options);
  const standing = await new Standings(view.pipeline, view).look();
  if (standing === undefined) throw notRunYet(view.pipeline.name, options);
  const { watermark, lagMs, heldBackBy, shards } = standing;
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify({ pipeline: view.pipeline.name, watermark, lagMs, heldBackBy, shards })}\n`);
    return;
  }
  const rows = shards.map((each) => [each.shard, ...cellsOf(each), ...(each.shard === heldBackBy ? ['holds it back'] : [])]);
  process.stdout.write(`${inColumns([['pipeline', ...place(watermark, lagMs)], ...rows]).join('\n')}\n`);
}

function cellsOf({ watermark, lagMs, leftOut }: ShardStanding): string[] {
  const stands = watermark === undefined ? ['nothing has come yet', ''] : place(watermark, lagMs);
  return leftOut === undefined ? stands : [...stands, `left out: ${leftOut}`];
}

function place(watermark: number, lagMs: number | undefined): string[] {
  return [moment(watermark), lagMs === undefined ? '' : behind(lagMs)];
}
