import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import type { StandingPorts } from '../../shared/view/standing.ts';
import { CommandError } from '../command-error.ts';
import { loadPipeline } from '../load-pipeline.ts';
import { openTable } from '../open-table.ts';
import type { ViewOptions } from './view-options.ts';

/** A pipeline that somebody looks at, and what it takes to look. Shards are those of which the logs know. */
export interface OpenedView extends StandingPorts {
  readonly pipeline: Pipeline<never>;
}

/**
 * @throws {CommandError} when pipeline or table cannot be used.
 */
export async function openView(path: string, { table, endpoint, name, profile }: ViewOptions): Promise<OpenedView> {
  const definition = (await loadPipeline(path, profile)) as unknown as Pipeline<never>;
  const pipeline = underName(definition, name ?? definition.name);
  const logStore = await openTable(table, endpoint, pipeline.name);
  return { pipeline, logStore, shards: fixedShards(), clock: systemClock };
}

/** Nothing can be seen of a pipeline that has never run. */
export function notRunYet({ pipeline }: OpenedView, { table }: ViewOptions): CommandError {
  return new CommandError(
    `table '${table}' holds nothing of a pipeline '${pipeline.name}'; check --table and --name, and put events on its input stream`,
  );
}
