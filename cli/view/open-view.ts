import { fixedShards } from '../../shared/adapters/memory/fixed-shards.ts';
import { systemClock } from '../../shared/adapters/system-clock.ts';
import type { Pipeline } from '../../shared/pipeline/pipeline.ts';
import { underName } from '../../shared/pipeline/under-name.ts';
import type { LogStore } from '../../shared/ports/log-store.ts';
import type { StandingPorts } from '../../shared/view/standing.ts';
import { CommandError, UsageError } from '../command-error.ts';
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

/** A pipeline by its name alone: enough to ask something of it. */
export interface OpenedLogs {
  readonly name: string;
  readonly logStore: LogStore;
}

/**
 * @param path Of the definition; not needed where the name is given, as whoever is called at night may not have it at hand.
 * @throws {CommandError} when neither says which pipeline, or the table cannot be used.
 */
export async function openLogs(path: string | undefined, { table, endpoint, name, profile }: ViewOptions): Promise<OpenedLogs> {
  if (path === undefined && name === undefined) throw new UsageError('which pipeline? Give its module or its configuration, or --name');
  const called = name ?? (await loadPipeline(path as string, profile)).name;
  return { name: called, logStore: await openTable(table, endpoint, called) };
}

/** Nothing can be seen of a pipeline that has never run, and nothing asked of it. */
export function notRunYet(name: string, { table }: ViewOptions): CommandError {
  return new CommandError(
    `table '${table}' holds nothing of a pipeline '${name}'; check --table and --name, and put events on its input stream`,
  );
}
